// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "apps/common/key_file.h"
#include "tests/apps/gateway/config_fixture.h"

namespace jvpn {
namespace {

class GoodGatewayConfig : public testing::Test {
 protected:
  GoodGatewayConfig() : config(*folder.load(kGoodConfig)) {}
  ConfigFolder folder;
  GatewayConfig config;
};

TEST_F(GoodGatewayConfig, GivesIdentityAndPaths) {
  EXPECT_EQ(config.plane.node, 7);
  EXPECT_EQ(config.control.node, 7);
  EXPECT_EQ(config.control.workers, 2);
  EXPECT_EQ(config.control.tunnel_mtu, 1400);
  EXPECT_TRUE(std::ranges::equal(config.control.key.secret.view(), *parse_key(kPrivateKey)));
  EXPECT_NE(config.control.key.public_key, PublicKey{});
  EXPECT_EQ(config.audit_file.path, folder.folder / "audit.jsonl");
  EXPECT_EQ(config.audit_file.origin, folder.folder / "gateway.toml" + ":4: gateway.audit_file");
  EXPECT_EQ(config.control_socket.path, folder.folder / "gateway.sock");
}

TEST_F(GoodGatewayConfig, GivesTheDataPlane) {
  EXPECT_EQ(config.plane.worker_cores, (std::vector<unsigned>{1, 3}));
  EXPECT_EQ(config.plane.control_core, 0u);
  EXPECT_EQ(config.plane.power, Power::adaptive);
  EXPECT_EQ(config.plane.hugepages, Hugepages::off);
  EXPECT_EQ(config.plane.memory_mb, 128u);
  EXPECT_EQ(config.plane.max_sessions, 500u);
  EXPECT_EQ(config.plane.tunnel_mtu, 1400);
  EXPECT_EQ(config.plane.extra_eal_args, std::vector<std::string>{"--log-level=4"});
  EXPECT_EQ(to_string(config.plane.pool_v4), "10.77.0.0/16");
  EXPECT_EQ(to_string(config.plane.pool_v6), "fd77::/112");
}

TEST_F(GoodGatewayConfig, GivesPortsOfBothFamilies) {
  ASSERT_EQ(config.plane.underlays.size(), 2u);
  const PortConfig& four = config.plane.underlays[0];
  EXPECT_EQ(four.device, "net_af_packet0,iface=u0");
  EXPECT_EQ(to_string(four.address), "198.51.100.1/24");
  EXPECT_EQ(to_string(four.next_hop), "198.51.100.254");
  EXPECT_EQ(four.udp_port, 4500);
  EXPECT_TRUE(four.address6.is_unset());
  const PortConfig& six = config.plane.underlays[1];
  EXPECT_TRUE(six.address.is_unset());
  EXPECT_EQ(to_string(six.address6), "2001:db8::1/64");
  EXPECT_EQ(to_string(six.next_hop6), "2001:db8::2");
  EXPECT_EQ(six.udp_port, 51820);
  EXPECT_EQ(to_string(config.plane.plaintext.address), "10.99.0.1/24");
  EXPECT_EQ(to_string(config.plane.plaintext.next_hop), "10.99.0.2");
  EXPECT_EQ(to_string(config.plane.plaintext.address6), "fd99::1/64");
  EXPECT_EQ(to_string(config.plane.plaintext.next_hop6), "fd99::2");
}

TEST_F(GoodGatewayConfig, LocatesErrorsOfTheDataPlane) {
  const std::string file = folder.folder / "gateway.toml";
  EXPECT_EQ(located(config, "no device net_af_packet1,iface=u1: No such device"),
            file + ":21: underlay.device: no device net_af_packet1,iface=u1: No such device");
  EXPECT_EQ(located(config, "no device net_af_packet11"), file + ": no device net_af_packet11");
  EXPECT_EQ(located(config, "no hugepages are free"),
            file + ":10: dataplane.hugepages: no hugepages are free");
  EXPECT_EQ(located(config, "CAP_NET_RAW is missing"), file + ": CAP_NET_RAW is missing");
}

TEST(GatewayConfig, LocatesWhatAPortRefusesOfSteeringAtItsKey) {
  const ConfigFolder folder;
  std::string text(kGoodConfig);
  text.insert(text.find("power ="), "steering = \"flow\"\n");
  text.replace(text.find("[1, 3]"), 6, "[1, 1]");  // adaptive workers may share a core
  const auto config = folder.load(text);
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->plane.steering, Steering::flow);
  EXPECT_EQ(config->plane.worker_cores, (std::vector<unsigned>{1, 1}));
  const std::string what = "dataplane.steering = \"flow\": port \"net_af_packet1\" refuses";
  EXPECT_EQ(located(*config, what),
            folder.folder / "gateway.toml" + ":9: dataplane.steering: " + what);
}

TEST_F(GoodGatewayConfig, GivesPeers) {
  ASSERT_EQ(config.control.peers.size(), 1u);
  const PeerConfig& peer = config.control.peers[0];
  EXPECT_EQ(peer.name, "phone");
  EXPECT_EQ(peer.key, parse_key(kPeerKey));
  EXPECT_EQ(to_string(peer.inner_v4), "10.77.0.2");
  EXPECT_EQ(to_string(peer.inner_v6), "fd77::2");
  EXPECT_EQ(peer.suite, Suite::chacha20_poly1305);
  EXPECT_FALSE(peer.psk.is_zero());
}

TEST(GatewayConfig, HasDefaultsForAllThatMayBeLeftOut) {
  const ConfigFolder folder;
  const auto config = folder.load(R"([gateway]
node_id = 1
private_key_file = "gateway.key"
[[underlay]]
device = "net_null0"
address = "192.0.2.1/24"
[plaintext]
device = "net_null1"
address = "10.99.0.1/24"
[pool]
ipv4 = "10.77.0.0/16"
)");
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->plane.worker_cores, std::vector<unsigned>{1});
  EXPECT_EQ(config->plane.max_sessions, 1024u);
  EXPECT_EQ(config->plane.hugepages, Hugepages::automatic);
  EXPECT_TRUE(config->audit_file.path.empty());
  EXPECT_EQ(config->control_socket.path, "/run/jvpn/gateway.sock");
  EXPECT_EQ(config->control.policy.switching.max_switches_per_min, 8u);
}

TEST(GatewayConfig, ExampleOfTheDocumentationIsGoodAndShowsTheDefaultPolicy) {
  const ConfigFolder folder;
  std::ifstream example(JVPN_EXAMPLES "/gateway.toml");
  std::ostringstream text;
  text << example.rdbuf();
  const auto config = folder.load(text.str());
  ASSERT_TRUE(config) << config.error().what;
  const Policy& shown = config->control.policy;
  const Policy defaults;
  EXPECT_EQ(shown.session.max_lifetime, defaults.session.max_lifetime);
  EXPECT_EQ(shown.session.tombstone, defaults.session.tombstone);
  EXPECT_EQ(shown.volatility.transport_dead, defaults.volatility.transport_dead);
  EXPECT_EQ(shown.volatility.volatile_to_degraded, defaults.volatility.volatile_to_degraded);
  EXPECT_EQ(shown.switching.recovery_window, defaults.switching.recovery_window);
  EXPECT_EQ(shown.switching.drain, defaults.switching.drain);
  EXPECT_EQ(shown.security.replay_window_packets, defaults.security.replay_window_packets);
}

struct Mistake {
  const char* name;
  const char* from;
  const char* to;
  const char* complaint;
};

class GatewayConfigMistake : public testing::TestWithParam<Mistake> {};

TEST_P(GatewayConfigMistake, IsToldWithLineAndKey) {
  EXPECT_EQ(ConfigFolder().complaint_after(GetParam().from, GetParam().to), GetParam().complaint);
}

constexpr Mistake kMistakes[] = {
    {"UnknownKey", "workers =", "wrokers =", "gateway.toml:7:1: unknown key dataplane.wrokers"},
    {"UnknownTable", "[pool]", "[pools]", "gateway.toml:30:2: unknown key pools"},
    {"UnknownPeerKey", "suite", "siute", "gateway.toml:38:1: unknown key peer.siute"},
    {"UnknownPolicyKey", "max_lifetime_ms", "lifetime_ms",
     "gateway.toml:42:1: unknown key policy.session.lifetime_ms"},
    {"NoNodeId", "node_id = 7\n", "",
     "gateway.toml:1:1: gateway.node_id is missing: expected a whole number from 1 to 255"},
    {"NodeIdZero", "node_id = 7", "node_id = 0",
     "gateway.toml:2:11: gateway.node_id = 0: expected a whole number from 1 to 255"},
    {"NoKeyFile", "\"gateway.key\"", "\"none.key\"",
     "gateway.toml:3:20: gateway.private_key_file = 'none.key': none.key: "
     "No such file or directory"},
    {"PollingWorkersOnOneCore", "[1, 3]\ncontrol_core = 0\npower = \"adaptive\"",
     "[1, 1]\ncontrol_core = 0\npower = \"poll\"",
     "gateway.toml:7:11: dataplane.workers = [ 1, 1 ]: expected 1 to 64 cores, one worker on each; "
     "the same core twice only with power = \"adaptive\""},
    {"NoWorker", "[1, 3]", "[]",
     "gateway.toml:7:11: dataplane.workers = []: expected 1 to 64 cores, one worker on each; the "
     "same core twice only with power = \"adaptive\""},
    {"Steering", "power = \"adaptive\"", "steering = \"magic\"",
     "gateway.toml:9:12: dataplane.steering = 'magic': expected one of: auto, flow, rss"},
    {"ControlOnAPollingWorkersCore", "control_core = 0\npower = \"adaptive\"",
     "control_core = 3\npower = \"poll\"",
     "gateway.toml:8:16: dataplane.control_core = 3: expected a core that no polling worker has"},
    {"Power", "adaptive", "eco",
     "gateway.toml:9:9: dataplane.power = 'eco': expected one of: poll, adaptive"},
    {"Mtu", "1400", "1279",
     "gateway.toml:13:14: dataplane.tunnel_mtu = 1279: expected a whole number from 1280 to 8900"},
    {"AddressWithoutLength", "198.51.100.1/24", "198.51.100.1",
     "gateway.toml:17:11: underlay.address = '198.51.100.1': expected an address with its prefix "
     "length, like \"192.0.2.1/24\""},
    {"NextHopOffTheLink", "198.51.100.254", "198.51.101.254",
     "gateway.toml:18:12: underlay.next_hop = '198.51.101.254': expected an address on the link, "
     "within address 198.51.100.1/24"},
    {"PortZero", "port = 4500", "port = 0",
     "gateway.toml:19:8: underlay.port = 0: expected a whole number from 1 to 65535"},
    {"DeviceTwice", "net_af_packet1", "net_af_packet0",
     "gateway.toml:21:10: underlay.device = 'net_af_packet0,iface=u1': expected a device name "
     "that no other port has"},
    {"SecondAddressOfOneFamily", "fd99::1/64", "10.98.0.1/24",
     "gateway.toml:29:13: plaintext.next_hop6 = 'fd99::2': expected an address on the link, "
     "within address6 10.98.0.1/24"},
    {"PoolWithHostBits", "10.77.0.0/16", "10.77.0.1/16",
     "gateway.toml:31:8: pool.ipv4 = '10.77.0.1/16': expected an IPv4 prefix from /12 to /32 "
     "without host bits, like \"10.77.0.0/16\""},
    {"PoolTooLarge", "fd77::/112", "fd77::/64",
     "gateway.toml:32:8: pool.ipv6 = 'fd77::/64': expected an IPv6 prefix from /108 to /128 "
     "without host bits, like \"fd77::/112\""},
    {"PeerKeyNoBase64", "ICEi", "I!Ei",
     "gateway.toml:35:14: peer.public_key = 'I!EiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=': "
     "expected 32 bytes in base64"},
    {"PeerKeyOfSmallOrder",
     "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
     "gateway.toml:35:14: peer.public_key = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=': is no "
     "key that anyone can have"},
    {"PeerOnNobodysAddress", "10.77.0.2", "127.0.0.2",
     "gateway.toml:36:13: peer.addresses = [ '127.0.0.2', 'fd77::2' ]: 127.0.0.2/32 is not all "
     "unicast addresses"},
    {"PeerOnTheGatewaysAddress", "fd77::2", "fd99::1",
     "gateway.toml:36:13: peer.addresses = [ '10.77.0.2', 'fd99::1' ]: fd99::1/128 contains "
     "fd99::1 of [plaintext]"},
    {"PrefixWithHostBits", "psk_file", "prefixes = [\"192.168.50.1/24\"]\npsk_file",
     "gateway.toml:37:12: peer.prefixes = [ '192.168.50.1/24' ]: 192.168.50.1/24 is no prefix "
     "without bits behind its length"},
    {"PrefixInThePool", "psk_file", "prefixes = [\"10.77.8.0/24\"]\npsk_file",
     "gateway.toml:37:12: peer.prefixes = [ '10.77.8.0/24' ]: 10.77.8.0/24 overlaps the pool "
     "10.77.0.0/16"},
    {"PrefixAroundTheNextHop", "psk_file", "prefixes = [\"10.99.0.2/31\"]\npsk_file",
     "gateway.toml:37:12: peer.prefixes = [ '10.99.0.2/31' ]: 10.99.0.2/31 contains 10.99.0.2 of "
     "[plaintext]"},
    {"PrefixOfAll", "psk_file", "prefixes = [\"::/0\"]\npsk_file",
     "gateway.toml:37:12: peer.prefixes = [ '::/0' ]: ::/0 is not all unicast addresses"},
    {"PeerWithTwoOfAFamily", "fd77::2", "10.77.0.3",
     "gateway.toml:36:13: peer.addresses = [ '10.77.0.2', '10.77.0.3' ]: expected at most one IPv4 "
     "and one IPv6 address"},
    {"PeerWithoutAddress", "[\"10.77.0.2\", \"fd77::2\"]", "[]",
     "gateway.toml:36:13: peer.addresses = []: expected at least one address"},
    {"PskFile", "phone.psk", "other.psk",
     "gateway.toml:37:12: peer.psk_file = 'other.psk': other.psk: No such file or directory"},
    {"Suite", "chacha20-poly1305", "rot13",
     "gateway.toml:38:9: peer.suite = 'rot13': expected one of: aes-256-gcm, chacha20-poly1305"},
};
INSTANTIATE_TEST_SUITE_P(Each, GatewayConfigMistake, testing::ValuesIn(kMistakes),
                         [](const auto& mistake) { return mistake.param.name; });

struct SecondPeer {
  const char* name;
  const char* text;
  const char* complaint;
};

class SecondPeerMistake : public testing::TestWithParam<SecondPeer> {};

TEST_P(SecondPeerMistake, NamesTheLineOfTheFirst) {
  const std::string with_second = std::string("[[peer]]\n") + GetParam().text + "[policy]";
  EXPECT_EQ(ConfigFolder().complaint_after("[policy]", with_second), GetParam().complaint);
}

constexpr SecondPeer kSecondPeers[] = {
    {"Name",
     "name = 'phone'\npublic_key = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='\n"
     "addresses = ['10.77.0.3']\n",
     "gateway.toml:40:8: peer.name = 'phone': another peer has it already, on line 34"},
    {"Key",
     "name = 'b'\npublic_key = 'ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8='\n"
     "addresses = ['10.77.0.3']\n",
     "gateway.toml:41:14: peer.public_key = 'ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=': "
     "another peer has it already, on line 35"},
    {"Address",
     "name = 'b'\npublic_key = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='\n"
     "addresses = ['fd77::2']\n",
     "gateway.toml:42:13: peer.addresses = [ 'fd77::2' ]: another peer has it already, on line 36"},
    {"PrefixTwice",
     "name = 'b'\npublic_key = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='\n"
     "addresses = ['10.77.0.3']\nprefixes = ['192.168.50.0/24']\n[[peer]]\n"
     "name = 'c'\npublic_key = 'AgECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='\n"
     "addresses = ['192.168.50.9']\n",
     "gateway.toml:47:13: peer.addresses = [ '192.168.50.9' ]: 192.168.50.9/32 overlaps "
     "192.168.50.0/24, which another peer has, on line 43"},
};
INSTANTIATE_TEST_SUITE_P(Each, SecondPeerMistake, testing::ValuesIn(kSecondPeers),
                         [](const auto& mistake) { return mistake.param.name; });

TEST(GatewayConfig, RefusesItsOwnKeyAsAPeers) {
  const ConfigFolder folder;
  const std::string own = key_text(folder.load(kGoodConfig)->control.key.public_key);
  EXPECT_EQ(folder.complaint_after(kPeerKey, own),
            "gateway.toml:35:14: peer.public_key = '" + own +
                "': is this gateway's own key; expected the peer's");
}

TEST(GatewayConfig, RefusesAPrivateKeyThatOthersMayRead) {
  const ConfigFolder folder;
  folder.folder.write("gateway.key", kPrivateKey, 0644);
  EXPECT_EQ(folder.complaint_after("node_id = 7", "node_id = 7"),
            "gateway.toml:3:20: gateway.private_key_file = 'gateway.key': gateway.key: mode 0644 "
            "lets others at this secret; run: chmod 600 gateway.key");
}

}  // namespace
}  // namespace jvpn
