// SPDX-License-Identifier: Apache-2.0
// Every reason for which an underlay frame is dropped, one frame at a time: what the verdict is and
// that nothing else happens.
#include <gtest/gtest.h>

#include <functional>

#include "rig.h"
#include "session/core/wire.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kClient = endpoint("203.0.113.7:40000");
const Endpoint kGateway = endpoint("198.51.100.1:51820");
const Endpoint kInner = endpoint("10.77.0.2:1000");
const Endpoint kServer = endpoint("192.0.2.80:80");

Packet inner() {
  return udp_packet(kInner, kServer, Packet(50, 1));
}

Packet underlay_frame(ByteView payload, const Endpoint& from = kClient,
                      const Endpoint& to = kGateway) {
  return frame_of(udp_packet(from, to, payload), kRouterMac, kOurUnderlayMac);
}

constexpr std::size_t kIp = sizeof(EthernetHeader);

/// Recomputes the header checksum after a change.
Packet with_checksum(Packet frame) {
  frame[kIp + 10] = frame[kIp + 11] = 0;
  const std::uint16_t sum = slow_checksum(ByteView(frame).subspan(kIp, sizeof(Ipv4Header)));
  frame[kIp + 10] = static_cast<std::uint8_t>(sum >> 8);
  frame[kIp + 11] = static_cast<std::uint8_t>(sum);
  return frame;
}

struct Case {
  const char* name;
  Verdict verdict;
  std::function<Packet(TunnelPeer&)> frame;
};
void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

Packet changed(TunnelPeer& peer, std::size_t at, std::uint8_t value) {
  Packet frame = underlay_frame(peer.seal(inner()));
  frame[at] = value;
  return frame;
}

Packet typed(std::uint8_t first, std::size_t size) {
  Packet payload(size);
  payload[0] = first;
  return underlay_frame(payload);
}

Packet with_inner(TunnelPeer& peer, const Packet& packet) {
  return underlay_frame(peer.seal(packet));
}

const Case kCases[] = {
    {"EmptyFrame", Verdict::frame_truncated, [](TunnelPeer&) { return Packet(1); }},
    {"HalfAnEthernetHeader", Verdict::frame_truncated, [](TunnelPeer&) { return Packet(13); }},
    {"OtherStation", Verdict::other_mac, [](TunnelPeer& p) { return changed(p, 5, 0x99); }},
    {"Lldp", Verdict::not_ip,
     [](TunnelPeer& p) {
       Packet frame = changed(p, 12, 0x88);
       frame[13] = 0xcc;
       return frame;
     }},
    {"OtherVlan", Verdict::other_vlan,
     [](TunnelPeer& p) {
       Packet frame = underlay_frame(p.seal(inner()));
       const Packet tag{0x81, 0x00, 0x00, 0x05};
       frame.insert(frame.begin() + 12, tag.begin(), tag.end());
       return frame;
     }},
    {"CutOffVlanTag", Verdict::frame_truncated,
     [](TunnelPeer& p) {
       Packet frame = changed(p, 12, 0x81);
       frame[13] = 0;
       frame.resize(16);
       return frame;
     }},
    {"CutOffByTheDevice", Verdict::frame_truncated,
     [](TunnelPeer& p) {
       Packet frame = underlay_frame(p.seal(inner()));
       frame.pop_back();
       return frame;
     }},
    {"HalfAnIpHeader", Verdict::frame_truncated,
     [](TunnelPeer& p) {
       Packet frame = underlay_frame(p.seal(inner()));
       frame.resize(kIp + 12);
       return frame;
     }},
    {"WrongIpVersion", Verdict::bad_header, [](TunnelPeer& p) { return changed(p, kIp, 0x55); }},
    {"HeaderLengthTooSmall", Verdict::bad_header,
     [](TunnelPeer& p) { return changed(p, kIp, 0x44); }},
    {"LengthLessThanHeader", Verdict::bad_header,
     [](TunnelPeer& p) {
       Packet frame = changed(p, kIp + 2, 0);
       frame[kIp + 3] = 19;
       return frame;
     }},
    {"BadChecksum", Verdict::bad_checksum, [](TunnelPeer& p) { return changed(p, kIp + 8, 13); }},
    {"OtherAddress", Verdict::not_ours,
     [](TunnelPeer& p) {
       return underlay_frame(p.seal(inner()), kClient, endpoint("198.51.100.77:51820"));
     }},
    {"OtherPort", Verdict::not_ours,
     [](TunnelPeer& p) {
       return underlay_frame(p.seal(inner()), kClient, endpoint("198.51.100.1:53"));
     }},
    {"OtherProtocol", Verdict::not_ours,
     [](TunnelPeer& p) { return with_checksum(changed(p, kIp + 9, 6)); }},
    {"FirstFragment", Verdict::outer_fragment,
     [](TunnelPeer& p) { return with_checksum(changed(p, kIp + 6, 0x20)); }},
    {"LaterFragment", Verdict::outer_fragment,
     [](TunnelPeer& p) { return with_checksum(changed(p, kIp + 7, 0x10)); }},
    {"UdpLengthBeyondPacket", Verdict::bad_header,
     [](TunnelPeer& p) { return changed(p, kIp + 20 + 4, 0xff); }},
    {"UdpLengthBelowHeader", Verdict::bad_header,
     [](TunnelPeer& p) { return changed(p, kIp + 20 + 5, 7); }},
    {"SourcePortZero", Verdict::bad_source,
     [](TunnelPeer& p) {
       return underlay_frame(p.seal(inner()), {kClient.address, 0});
     }},
    {"MulticastSource", Verdict::bad_source,
     [](TunnelPeer& p) { return underlay_frame(p.seal(inner()), endpoint("224.0.0.1:40000")); }},
    {"MappedSourceInIpv6", Verdict::bad_source,
     [](TunnelPeer& p) {
       Packet frame = frame_of(udp_packet(endpoint("[2001:db8::9]:4000"),
                                          endpoint("[2001:db8::1]:51820"), p.seal(inner())),
                               kRouterMac, kOurUnderlayMac);
       const IpAddress mapped = address("203.0.113.7");
       std::copy(mapped.bytes.begin(), mapped.bytes.end(), frame.begin() + kIp + 8);
       return frame;
     }},
    {"OtherIpv6Address", Verdict::not_ours,
     [](TunnelPeer& p) {
       return frame_of(udp_packet(endpoint("[2001:db8::9]:4000"), endpoint("[2001:db8::2]:51820"),
                                  p.seal(inner())),
                       kRouterMac, kOurUnderlayMac);
     }},
    {"Ipv6CutOff", Verdict::frame_truncated,
     [](TunnelPeer& p) {
       Packet frame = frame_of(udp_packet(endpoint("[2001:db8::9]:4000"),
                                          endpoint("[2001:db8::1]:51820"), p.seal(inner())),
                               kRouterMac, kOurUnderlayMac);
       frame.pop_back();
       return frame;
     }},
    {"Ipv6Fragment", Verdict::outer_fragment,
     [](TunnelPeer&) {
       return frame_of(ip_packet(address("2001:db8::9"), address("2001:db8::1"), 44, Packet(60)),
                       kRouterMac, kOurUnderlayMac);
     }},
    {"NothingInside", Verdict::too_short, [](TunnelPeer&) { return underlay_frame({}); }},
    {"SevenBytes", Verdict::too_short, [](TunnelPeer&) { return typed(0x50, 7); }},
    {"DataWithoutTag", Verdict::too_short, [](TunnelPeer&) { return typed(0x53, 31); }},
    {"ControlWithoutSeal", Verdict::too_short, [](TunnelPeer&) { return typed(0x60, 47); }},
    {"ControlTooLong", Verdict::bad_size, [](TunnelPeer&) { return typed(0x60, 1201); }},
    {"InitTooShort", Verdict::bad_size, [](TunnelPeer&) { return typed(0x10, 1199); }},
    {"InitTooLong", Verdict::bad_size, [](TunnelPeer&) { return typed(0x10, 1201); }},
    {"ConfirmTooLong", Verdict::bad_size, [](TunnelPeer&) { return typed(0x40, 1201); }},
    {"ReservedBitsInInit", Verdict::reserved_bits, [](TunnelPeer&) { return typed(0x11, 1200); }},
    {"ReservedBitsInControl", Verdict::reserved_bits, [](TunnelPeer&) { return typed(0x68, 64); }},
    {"TypeZero", Verdict::unknown_type, [](TunnelPeer&) { return typed(0x00, 100); }},
    {"TypeFifteen", Verdict::unknown_type, [](TunnelPeer&) { return typed(0xf0, 100); }},
    {"AnAnswerOfAGateway", Verdict::unknown_type, [](TunnelPeer&) { return typed(0x20, 100); }},
    {"TagOfAnotherNode", Verdict::unknown_tag,
     [](TunnelPeer& p) { return changed(p, kIp + 28 + 1, 2); }},
    {"TagBeyondTheTable", Verdict::unknown_tag,
     [](TunnelPeer& p) {
       Packet frame = underlay_frame(p.seal(inner()));
       store(frame.data() + kIp + 29, GatewayTag{1, 0, 16, 1}.pack().to_wire());
       return frame;
     }},
    {"SlotWithoutSession", Verdict::no_session,
     [](TunnelPeer& p) {
       Packet frame = underlay_frame(p.seal(inner()));
       store(frame.data() + kIp + 29, GatewayTag{1, 0, 7, 1}.pack().to_wire());
       return frame;
     }},
    {"StaleGeneration", Verdict::no_session,
     [](TunnelPeer& p) {
       Packet frame = underlay_frame(p.seal(inner()));
       GatewayTag stale = GatewayTag::unpack(p.tag);
       ++stale.generation;
       store(frame.data() + kIp + 29, stale.pack().to_wire());
       return frame;
     }},
    {"OtherKeyEpoch", Verdict::unknown_key_epoch,
     [](TunnelPeer& p) { return changed(p, kIp + 28, 0x54); }},
    {"NothingSealed", Verdict::inner_malformed,
     [](TunnelPeer& p) { return with_inner(p, Packet{}); }},
    {"NoIpInside", Verdict::inner_malformed,
     [](TunnelPeer& p) { return with_inner(p, Packet(64, 0x99)); }},
    {"InnerCutShort", Verdict::inner_malformed,
     [](TunnelPeer& p) {
       Packet packet = inner();
       packet.pop_back();
       return with_inner(p, packet);
     }},
    {"HeartbeatOfWrongSize", Verdict::heartbeat_malformed,
     [](TunnelPeer& p) { return with_inner(p, Packet(64, 0x01)); }},
    {"AnAnswerAsHeartbeat", Verdict::heartbeat_malformed,
     [](TunnelPeer& p) {
       Heartbeat reply;
       reply.kind = HeartbeatKind::reply;
       return underlay_frame(p.ask(reply));
     }},
    {"SpoofedInnerSource", Verdict::inner_source_denied,
     [](TunnelPeer& p) {
       return with_inner(p, udp_packet(endpoint("10.77.0.3:1"), kServer, Packet(9)));
     }},
    {"SpoofedInnerSourceV6", Verdict::inner_source_denied,
     [](TunnelPeer& p) {
       return with_inner(
           p, udp_packet(endpoint("[fd77::3]:1"), endpoint("[2001:db8::80]:1"), Packet(9)));
     }},
    {"ToAnotherClient", Verdict::inner_destination_denied,
     [](TunnelPeer& p) {
       return with_inner(p, udp_packet(kInner, endpoint("10.77.9.9:1"), Packet(9)));
     }},
    {"ToAGroup", Verdict::inner_destination_denied,
     [](TunnelPeer& p) {
       return with_inner(p, udp_packet(kInner, endpoint("224.0.0.251:5353"), Packet(9)));
     }},
    {"UdpToTheGatewayItself", Verdict::not_for_us,
     [](TunnelPeer& p) {
       return with_inner(p, udp_packet(kInner, endpoint("10.99.0.1:80"), Packet(9)));
     }},
    {"CongestionOnWhatCannotCarryIt", Verdict::ecn_congestion,
     [](TunnelPeer& p) {
       return frame_of(udp_packet(kClient, kGateway, p.seal(inner()), IpOptions{3, 64, false}),
                       kRouterMac, kOurUnderlayMac);
     }},
    {"NextHopUnresolved", Verdict::next_hop_unresolved,
     [](TunnelPeer& p) {
       return with_inner(p, udp_packet(kInner, endpoint("10.99.0.44:80"), Packet(9)));
     }},
};

class UplinkDrops : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Reasons, UplinkDrops, testing::ValuesIn(kCases),
                         [](const auto& one) { return one.param.name; });

TEST_P(UplinkDrops, HasItsReasonAndLetsNothingOut) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  rig.arrive(Rig::kUnderlay, GetParam().frame(peer));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{GetParam().verdict, 1}}));
  EXPECT_TRUE(rig.sent(Rig::kPlaintext).empty());
  EXPECT_TRUE(rig.sent(Rig::kUnderlay).empty());
  EXPECT_TRUE(rig.punted(PuntClass::handshake).empty());
  EXPECT_TRUE(rig.punted(PuntClass::control).empty());
}

TEST(UplinkDrops, AFrameInTwoBuffersIsDropped) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  rig.arrive_segmented(Rig::kUnderlay, underlay_frame(peer.seal(inner())));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::segmented, 1}}));
}

TEST(UplinkDrops, AVlanTagThatTheDeviceTookOffStillCounts) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  rig.arrive_stripped(Rig::kUnderlay, underlay_frame(peer.seal(inner())), 5);
  rig.arrive_stripped(Rig::kUnderlay, underlay_frame(peer.seal(inner())), 0xe000);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::other_vlan, 1}, {Verdict::forwarded, 1}}));
}

TEST(UplinkDrops, AFullPlaintextPortCostsThePacketAndIsCounted) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  for (int i = 0; i < 5; ++i) {
    for (std::size_t k = 0; k < kBurst; ++k) rig.arrive_datagram(kClient, peer.seal(inner()));
    rig.turn();
  }
  EXPECT_EQ(rig.new_verdicts(),
            (Verdicts{{Verdict::forwarded, 127}, {Verdict::tx_full, 5 * kBurst - 127}}));
}

}  // namespace
}  // namespace jvpn::test
