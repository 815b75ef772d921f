// SPDX-License-Identifier: Apache-2.0
// Any text as a client's configuration: read, or refused with file, line and reason.
#include "apps/client/config.h"

#include "tests/apps/temp_folder.h"
#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {
namespace {

Mark good("good");
Mark refused("refused with its line");

constexpr std::string_view kKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
constexpr std::string_view kGood = R"([client]
private_key_file = "phone.key"
suites = ["aes-256-gcm", "chacha20-poly1305"]
[gateway]
public_key = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
endpoints = ["198.51.100.1:51820", "[2001:db8::1]:51820"]
[tunnel]
interface = "jvpn0"
routes = ["10.99.0.0/24", "fd99::/64"]
[[access]]
interface = "wifi0"
[[access]]
interface = "lte0"
)";

struct Folder {
  Folder() { folder.write("phone.key", kKey); }
  TempFolder folder;
};

}  // namespace

void one(ByteView input) {
  static const Folder here;
  const std::string path =
      here.folder.write("client.toml", {reinterpret_cast<const char*>(input.data()), input.size()});
  const auto config = client::read_config(path);
  if (good.hit_if(config.has_value())) {
    ensure(!config->settings.endpoints.empty() && !config->settings.suites.empty(),
           "what is accepted can connect");
    ensure(config->access.size() == config->settings.path_count, "one path an access network");
    return;
  }
  ensure(config.error().what.starts_with(here.folder.path()), "a refusal names the file");
  refused.hit_if(config.error().what.find("client.toml:") != std::string::npos);
}

void seeds(const Keep& keep) {
  const auto keep_text = [&](std::string_view name, std::string_view text) {
    keep(name, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  keep_text("good", kGood);
  std::string changed(kGood);
  changed.replace(changed.find("51820"), 5, "0");
  keep_text("no-port", changed);
  keep_text("no-toml", "[[[");
}

}  // namespace jvpn::fuzz
