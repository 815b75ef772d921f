// SPDX-License-Identifier: Apache-2.0
#include "dataplane/too_big.h"

#include <gtest/gtest.h>

#include "rig.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
constexpr IpOptions kDontFragment{0, 64, true};
const Endpoint kServer = endpoint("192.0.2.80:80");
const Endpoint kInner = endpoint("10.77.0.2:1000");
const Endpoint kServer6 = endpoint("[2001:db8:80::80]:80");
const Endpoint kInner6 = endpoint("[fd77::2]:1000");

class TooBig : public testing::Test {
 protected:
  TooBig() { rig.attach(peer, endpoint("203.0.113.7:40000")); }
  void expect_silence(const Packet& packet) {
    rig.arrive_plaintext(packet);
    rig.turn();
    EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::inner_too_big, 1}}));
    EXPECT_TRUE(rig.sent(Rig::kPlaintext).empty());
    EXPECT_TRUE(rig.sent(Rig::kUnderlay).empty());
  }
  Rig rig;
  TunnelPeer peer;
};

TEST_F(TooBig, APacketOfExactlyTheTunnelMtuPasses) {
  rig.arrive_plaintext(udp_packet(kServer, kInner, Packet(1420 - 28), kDontFragment));
  rig.arrive_plaintext(udp_packet(kServer6, kInner6, Packet(1420 - 48)));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 2}}));
}

TEST_F(TooBig, AClientThatSendsMoreThanItWasAllowedIsNotForwarded) {
  const Endpoint client = endpoint("203.0.113.7:40000");
  rig.arrive_datagram(client, peer.seal(udp_packet(kInner, kServer, Packet(1420 - 28))));
  rig.arrive_datagram(client, peer.seal(udp_packet(kInner, kServer, Packet(1420 - 27))));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}, {Verdict::inner_too_big, 1}}));
}

TEST_F(TooBig, TheIpv4SenderIsToldTheMtu) {
  const Packet big = udp_packet(kServer, kInner, Packet(1420 - 27, 3), kDontFragment);
  rig.arrive_plaintext(big);
  const Packet frame = rig.turn_and_take(Rig::kPlaintext);
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::answered, 1}}));
  EXPECT_EQ(load<EthernetHeader>(frame.data()).destination, kServerMac);
  EXPECT_EQ(load<EthernetHeader>(frame.data()).source, kOurPlaintextMac);
  const ByteView packet = network_of(frame);
  const auto ip = load<Ipv4Header>(packet.data());
  EXPECT_TRUE(has_right_ip_checksum(packet));
  EXPECT_EQ(ip.length.value(), packet.size());
  EXPECT_EQ(packet.size(), 576u);
  EXPECT_EQ(ip.protocol, kProtocolIcmp);
  EXPECT_EQ(IpAddress::v4(ip.source), address("10.99.0.1"));
  EXPECT_EQ(IpAddress::v4(ip.destination), kServer.address);
  const ByteView message = packet.subspan(20);
  const auto icmp = load<IcmpHeader>(message.data());
  EXPECT_EQ(icmp.type, kIcmpUnreachable);
  EXPECT_EQ(icmp.code, kIcmpFragmentationNeeded);
  EXPECT_EQ(icmp.rest.value(), 1420u);
  EXPECT_EQ(slow_checksum(message), 0);
  EXPECT_TRUE(std::equal(message.begin() + 8, message.end(), big.begin()));
}

TEST_F(TooBig, TheIpv6SenderIsToldTheMtu) {
  const Packet big = udp_packet(kServer6, kInner6, Packet(1420, 3));
  rig.arrive_plaintext(big);
  const Packet frame = rig.turn_and_take(Rig::kPlaintext);
  const ByteView packet = network_of(frame);
  const auto ip = load<Ipv6Header>(packet.data());
  EXPECT_EQ(packet.size(), 1280u);
  EXPECT_EQ(ip.payload_length.value(), packet.size() - 40);
  EXPECT_EQ(IpAddress::v6(ip.source), address("fd99::1"));
  EXPECT_EQ(IpAddress::v6(ip.destination), kServer6.address);
  const ByteView message = packet.subspan(40);
  const auto icmp = load<IcmpHeader>(message.data());
  EXPECT_EQ(icmp.type, kIcmp6PacketTooBig);
  EXPECT_EQ(icmp.rest.value(), 1420u);
  EXPECT_EQ(slow_checksum(message, pseudo_header_sum({address("fd99::1"), 0}, kServer6,
                                                     message.size(), kProtocolIcmp6)),
            0);
  EXPECT_TRUE(std::equal(message.begin() + 8, message.end(), big.begin()));
}

TEST_F(TooBig, NobodyIsToldWhoDidNotAsk) {
  expect_silence(udp_packet(kServer, kInner, Packet(1420)));
}

TEST_F(TooBig, NobodyIsToldAboutAnErrorOrByAnImpossibleSource) {
  Packet error = echo_request(kServer.address, kInner.address, 1420);
  error[6] = 0x40;
  error[20] = kIcmpUnreachable;
  expect_silence(error);
  for (const char* source : {"0.0.0.0:1", "127.0.0.1:1", "224.0.0.1:1", "255.255.255.255:1"}) {
    expect_silence(udp_packet(endpoint(source), kInner, Packet(1420), kDontFragment));
  }
  Packet error6 = echo_request(kServer6.address, kInner6.address, 1420);
  error6[40] = kIcmp6PacketTooBig;
  expect_silence(error6);
  expect_silence(udp_packet(endpoint("[ff02::1]:1"), kInner6, Packet(1420)));
}

TEST_F(TooBig, NobodyIsToldAboutALaterFragment) {
  Packet fragment = udp_packet(kServer, kInner, Packet(1420), kDontFragment);
  fragment[7] = 1;
  expect_silence(fragment);
}

TEST_F(TooBig, AnswersAreLimitedInRate) {
  const Packet big = udp_packet(kServer, kInner, Packet(1420), kDontFragment);
  const auto send_burst = [&] {
    for (std::size_t i = 0; i < kBurst; ++i) rig.arrive_plaintext(big);
    rig.turn();
    rig.sent(Rig::kPlaintext);
  };
  for (int i = 0; i < 10; ++i) send_burst();
  EXPECT_EQ(rig.count(Verdict::answered), 100u);
  rig.now = rig.now + 5ms;
  send_burst();
  EXPECT_EQ(rig.count(Verdict::answered), 105u);
}

}  // namespace
}  // namespace jvpn::test
