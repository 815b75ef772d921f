// SPDX-License-Identifier: Apache-2.0
// Any text as a gateway's configuration: read, or refused with file, line and reason.
#include "tests/apps/gateway/config_fixture.h"
#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {
namespace {

Mark good("good");
Mark refused("refused with its line");
Mark no_toml("no TOML");

}  // namespace

void one(ByteView input) {
  static const ConfigFolder folder;
  const auto config = folder.load({reinterpret_cast<const char*>(input.data()), input.size()});
  if (good.hit_if(config.has_value())) {
    ensure(validate(config->control.policy).has_value(), "what is accepted is valid");
    ensure(!config->plane.underlays.empty(), "what is accepted can run");
    return;
  }
  const std::string& what = config.error().what;
  ensure(what.starts_with(folder.folder.path()), "a refusal names the file");
  refused.hit_if(what.find("gateway.toml:") != what.npos);
  no_toml.hit_if(input.size() < 8);
}

void seeds(const Keep& keep) {
  const auto keep_text = [&](std::string_view name, std::string_view text) {
    keep(name, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  keep_text("good", kGoodConfig);
  std::string changed(kGoodConfig);
  changed.replace(changed.find("node_id = 7"), 11, "node_id = 0");
  keep_text("bad-node", changed);
  keep_text("no-toml", "[[[");
}

}  // namespace jvpn::fuzz
