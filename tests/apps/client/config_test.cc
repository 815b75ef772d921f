// SPDX-License-Identifier: Apache-2.0
#include "apps/client/config.h"

#include <gtest/gtest.h>

#include "tests/apps/temp_folder.h"

namespace jvpn::client {
namespace {

constexpr std::string_view kKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
constexpr std::string_view kGood = R"([client]
private_key_file = "phone.key"
events_file = "events.jsonl"
psk_file = "phone.psk"
suites = ["chacha20-poly1305", "aes-256-gcm"]
heartbeat_ms = 20000
kill_switch = true
[gateway]
public_key = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
endpoints = ["198.51.100.1:51820", "[2001:db8::1]:51820"]
[tunnel]
interface = "vpn7"
routes = ["10.99.0.0/24", "fd99::/64"]
prefixes = ["192.168.50.0/24"]
dns = false
[[access]]
interface = "wifi0"
[[access]]
interface = "lte0"
)";

class ClientConfigTest : public testing::Test {
 protected:
  ClientConfigTest() {
    folder.write("phone.key", kKey);
    folder.write("phone.psk", kKey);
  }
  Result<ClientConfig> load(std::string_view text) const {
    return read_config(folder.write("phone.toml", text));
  }
  /// What is refused once `from` reads `to`, without the folder's name; "" when nothing is.
  std::string complaint(std::string_view from, std::string_view to) const {
    std::string text(kGood);
    text.replace(text.find(from), from.size(), to);
    const auto config = load(text);
    if (config) return "";
    std::string what = config.error().what;
    const std::string prefix = folder.path() + "/";
    for (std::size_t at; (at = what.find(prefix)) != what.npos;) what.erase(at, prefix.size());
    return what;
  }

  TempFolder folder;
};

TEST_F(ClientConfigTest, ReadsEachKey) {
  const auto config = load(kGood);
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_NE(config->settings.key.public_key, PublicKey{});
  EXPECT_FALSE(config->settings.psk.is_zero());
  EXPECT_EQ(config->settings.suites,
            (std::vector<Suite>{Suite::chacha20_poly1305, Suite::aes_256_gcm}));
  EXPECT_EQ(config->settings.gateway[0], 0x20);
  ASSERT_EQ(config->settings.endpoints.size(), 2u);
  EXPECT_EQ(to_string(config->settings.endpoints[1]), "[2001:db8::1]:51820");
  EXPECT_EQ(config->settings.path_count, 2);
  EXPECT_EQ(config->tunnel_interface, "vpn7");
  ASSERT_EQ(config->routes.size(), 2u);
  EXPECT_EQ(to_string(config->routes[0]), "10.99.0.0/24");
  ASSERT_EQ(config->settings.prefixes.size(), 1u);
  EXPECT_EQ(to_string(config->settings.prefixes[0]), "192.168.50.0/24");
  EXPECT_EQ(config->access, (std::vector<std::string>{"wifi0", "lte0"}));
  EXPECT_EQ(config->events_file, folder / "events.jsonl");
  EXPECT_EQ(config->settings.wanted_heartbeat, 20s);
  EXPECT_TRUE(config->kill_switch);
  EXPECT_EQ(config->kill_switch_origin, folder / "phone.toml:7: client.kill_switch");
  EXPECT_FALSE(config->use_dns);
  EXPECT_EQ(config->events_origin, folder / "phone.toml:3: client.events_file");
}

TEST_F(ClientConfigTest, NeedsNoMoreThanKeysEndpointAndOneInterface) {
  const auto config = load(R"([client]
private_key_file = "phone.key"
[gateway]
public_key = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
endpoints = ["198.51.100.1:51820"]
[[access]]
interface = "eth0"
)");
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->tunnel_interface, "jvpn0");
  EXPECT_TRUE(config->settings.psk.is_zero());
  EXPECT_EQ(config->settings.suites.size(), 2u);
  EXPECT_TRUE(config->routes.empty());
  EXPECT_TRUE(config->events_file.empty());
  EXPECT_FALSE(config->kill_switch);
  EXPECT_TRUE(config->use_dns);
  EXPECT_EQ(config->settings.wanted_heartbeat, 0ms);
}

struct Mistake {
  std::string_view from, to, complaint;
};

TEST_F(ClientConfigTest, NamesLineKeyAndExpectationOfEachMistake) {
  const Mistake kMistakes[] = {
      {"private_key_file = \"phone.key\"", "", "client.private_key_file is missing"},
      {"private_key_file", "private_key", "2:1: unknown key client.private_key"},
      {"\"phone.key\"", "\"other.key\"", "2:20: client.private_key_file"},
      {"\"phone.key\"", "7", "2:20: client.private_key_file = 7: expected a text"},
      {"\"phone.psk\"", "\"other.psk\"", "4:12: client.psk_file"},
      {"\"events.jsonl\"", "3", "3:15: client.events_file = 3: expected a text"},
      {"\"chacha20-poly1305\"", "\"rot13\"", "expected aes-256-gcm or chacha20-poly1305"},
      {"\"chacha20-poly1305\"", "\"aes-256-gcm\"", "stands there twice"},
      {"[\"chacha20-poly1305\", \"aes-256-gcm\"]", "[]", "expected at least one suite"},
      {"ICEi", "?CEi", "9:14: gateway.public_key"},
      {"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
       "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "is no key that anyone can have"},
      {"\"198.51.100.1:51820\"", "\"vpn.example:51820\"", "10:13: gateway.endpoints"},
      {"\"198.51.100.1:51820\"", "\"198.51.100.1\"", "numeric \"ADDRESS:PORT\""},
      {"\"198.51.100.1:51820\"", "\"198.51.100.1:0\"", "numeric \"ADDRESS:PORT\""},
      {"[\"198.51.100.1:51820\", \"[2001:db8::1]:51820\"]", "[]", "at least one endpoint"},
      {"endpoints", "endpoint", "10:1: unknown key gateway.endpoint"},
      {"\"vpn7\"", "\"a-name-of-sixteen\"", "12:13: tunnel.interface"},
      {"10.99.0.0/24", "10.99.0.1/24", "13:10: tunnel.routes"},
      {"10.99.0.0/24", "10.99.0.0/33", "13:10: tunnel.routes"},
      {"192.168.50.0/24", "192.168.50.1/24", "14:12: tunnel.prefixes"},
      {"\"lte0\"", "\"wifi0\"", "19:13: access.interface = 'wifi0': stands there twice"},
      {"\"lte0\"", "\"vpn7\"", "is the tunnel itself"},
      {"kill_switch = true", "kill_switch = \"yes\"", "7:15: client.kill_switch"},
      {"heartbeat_ms = 20000", "heartbeat_ms = -1", "6:16: client.heartbeat_ms"},
      {"dns = false", "dns = 0", "15:7: tunnel.dns"},
      {"\"lte0\"", "\"a\\\"b\"", "19:13: access.interface"},
      {"\"lte0\"", "\"-i\"", "19:13: access.interface"},
      {"\"lte0\"", "\"\"", "19:13: access.interface"},
      {"interface = \"lte0\"", "", "access.interface is missing"},
      {"[[access]]", "[access]", "access"},
      {"[tunnel]", "[tunel]", "11:2: unknown key tunel"},
  };
  for (const Mistake& mistake : kMistakes) {
    const std::string what = complaint(mistake.from, mistake.to);
    EXPECT_NE(what.find(mistake.complaint), what.npos)
        << mistake.from << " -> " << mistake.to << "\n  said: " << what;
    EXPECT_EQ(what.rfind("phone.toml:", 0), 0u) << what;
    EXPECT_EQ(what.find('\n'), what.npos) << "one line: " << what;
  }
}

TEST_F(ClientConfigTest, RefusesKeyFilesThatOthersCanRead) {
  folder.write("phone.key", kKey, 0644);
  const auto config = load(kGood);
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().what.find("phone.toml:2:20: client.private_key_file"),
            std::string::npos);
  EXPECT_NE(config.error().what.find("chmod 600"), std::string::npos);
}

TEST_F(ClientConfigTest, RefusesKeyFilesThatHoldNoKey) {
  folder.write("phone.key", "not a key");
  const auto config = load(kGood);
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().what.find("32 bytes in base64"), std::string::npos);
}

TEST_F(ClientConfigTest, RefusesAMissingFileAndWhatIsNoToml) {
  EXPECT_NE(read_config(folder / "none.toml").error().what.find("none.toml"), std::string::npos);
  EXPECT_NE(load("[client\n").error().what.find("phone.toml:1:8"), std::string::npos);
}

TEST_F(ClientConfigTest, TakesTheExampleOfTheDocumentation) {
  const std::string text =
      (std::ostringstream() << std::ifstream(std::string(JVPN_EXAMPLES) + "/client.toml").rdbuf())
          .str();
  const auto config = load(text);
  EXPECT_TRUE(config) << config.error().what;
}

}  // namespace
}  // namespace jvpn::client
