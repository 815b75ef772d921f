// SPDX-License-Identifier: Apache-2.0
#include "dataplane/outer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/checksum.h"
#include "dataplane/underlay_v4.h"
#include "packets.h"

namespace jvpn::test {
namespace {

Link make_link() {
  Link link;
  link.mac = {2, 1, 1, 1, 1, 1};
  link.address = on_link("198.51.100.1/24");
  link.address6 = on_link("2001:db8::1/64");
  link.next_hop = address("198.51.100.254");
  link.udp_port = 51820;
  return link;
}

TEST(Outer, IsRightForEverySizeIdAndEcn) {
  const Link link = make_link();
  EXPECT_TRUE(rc::check([&](const Packet& payload, std::uint16_t id, std::uint16_t port, bool v4) {
    const Endpoint peer{address(v4 ? "203.0.113.9" : "2001:db8:9::9"), port};
    const auto ecn = static_cast<std::uint8_t>(id & 3);
    const OuterTemplate outer = build_outer(link, peer, 5);
    EXPECT_EQ(outer.next_hop, 5);
    Packet frame(outer_size(outer));
    frame.insert(frame.end(), payload.begin(), payload.end());
    const EtherAddress hop{2, 9, 9, 9, 9, 9};
    finish_outer(frame, outer, {hop, ecn, id});
    EXPECT_EQ(load<EthernetHeader>(frame.data()).destination, hop);
    EXPECT_EQ(udp_payload_of(frame), payload);
    EXPECT_EQ(udp_source_of(frame), (Endpoint{link.own(v4), 51820}));
    EXPECT_EQ(udp_destination_of(frame), peer);
    EXPECT_EQ(ecn_bits(network_of(frame)), ecn);
    if (v4) {
      EXPECT_EQ(load<Ipv4Header>(frame.data() + 14).id.value(), id);
    }
  }));
}

TEST(Outer, IsTheSameMadeOfTheUnderlayAndOfATemplate) {
  const Link link = make_link();
  const UnderlayV4 underlay(link);
  EXPECT_TRUE(rc::check([&](std::uint32_t host, std::uint16_t port, std::uint16_t id) {
    const Endpoint peer{IpAddress::v4(host), port};
    const auto ecn = static_cast<std::uint8_t>(id & 3);
    const auto size = *rc::gen::inRange<std::uint16_t>(0, 9000);
    const EtherAddress hop{2, 9, 9, 9, 9, 9};
    Packet expected(kOuterSizeV4 + size), made(expected.size());
    finish_outer(expected, build_outer(link, peer, 5), {hop, ecn, id});
    underlay.write(made.data(), underlay.towards(hop), peer, {ecn, id, size});
    EXPECT_EQ(made, expected);
    EXPECT_EQ(underlay.hop_towards(peer.address), number_v4(link.hop_towards(peer.address)));
  }));
}

TEST(Outer, LeadsNowhereOverALinkWithoutIpv4) {
  Link link = make_link();
  link.address = {};
  EXPECT_EQ(UnderlayV4(link).hop_towards(address("198.51.100.7")), 0u);
  EXPECT_EQ(UnderlayV4().hop_towards(address("8.8.8.8")), 0u);
  EXPECT_EQ(UnderlayV4(make_link()).hop_towards(address("2001:db8::7")), 0xc63364feu);
}

TEST(Outer, IsEmptyWithoutAnAddressOfThePeersFamily) {
  Link link = make_link();
  link.address6 = {};
  EXPECT_EQ(outer_size(build_outer(link, endpoint("[2001:db8::9]:1"), 0)), 0u);
}

TEST(InternetSum, AgreesWithTheSlowWay) {
  EXPECT_TRUE(rc::check([](const Packet& bytes) {
    EXPECT_EQ(InternetSum().add(bytes).checksum(), slow_checksum(bytes));
    const std::size_t half = bytes.size() / 2 & ~std::size_t{1};
    EXPECT_EQ(InternetSum()
                  .add(InternetSum().add(ByteView(bytes).first(half)).partial())
                  .add(ByteView(bytes).subspan(half))
                  .checksum(),
              slow_checksum(bytes));
  }));
}

TEST(Link, SendsWhatIsNotOnItToItsNextHop) {
  const Link link = make_link();
  EXPECT_EQ(link.hop_towards(address("198.51.100.7")), address("198.51.100.7"));
  EXPECT_EQ(link.hop_towards(address("8.8.8.8")), address("198.51.100.254"));
  EXPECT_EQ(link.hop_towards(address("2001:db8::7")), address("2001:db8::7"));
  EXPECT_TRUE(link.hop_towards(address("2001:db9::7")).is_unset());
  EXPECT_FALSE(Link{}.is_own(IpAddress{}));
}

}  // namespace
}  // namespace jvpn::test
