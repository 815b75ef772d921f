// SPDX-License-Identifier: Apache-2.0
// Any frame on the underlay, through all stages of the uplink. The first byte says whether the IPv4
// checksum is made right.
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/plane_stages.h"

namespace jvpn::fuzz {
namespace {

Mark forwarded("forwarded");
Mark answered("answered");
Mark punted("punted");
Mark not_authentic("not authentic");
Mark fragment("a fragment");
Mark no_tag("a tag of nobody");

}  // namespace

void one(ByteView input) {
  if (input.empty()) return;
  test::Packet frame(input.begin() + 1, input.end());
  if (input[0] % 2 != 0) mend_checksum(frame);
  const Verdict verdict = PlaneStages::instance().uplink(frame);
  forwarded.hit_if(verdict == Verdict::forwarded);
  answered.hit_if(verdict == Verdict::answered);
  punted.hit_if(verdict == Verdict::punted);
  not_authentic.hit_if(verdict == Verdict::open_failed);
  fragment.hit_if(verdict == Verdict::outer_fragment);
  no_tag.hit_if(verdict == Verdict::unknown_tag || verdict == Verdict::no_session);
}

void seeds(const Keep& keep) {
  test::TunnelPeer& peer = PlaneStages::instance().peer();
  const auto keep_frame = [&](std::string_view name, test::Packet frame) {
    frame.insert(frame.begin(), 1);
    keep(name, frame);
  };
  const test::Packet inner = test::udp_packet(test::endpoint("10.77.0.2:1"),
                                              test::endpoint("192.0.2.80:80"), test::Packet(20, 1));
  keep_frame("data", up_frame(peer.seal(inner)));
  test::Packet forged = peer.seal(inner);
  forged.back() = static_cast<std::uint8_t>(forged.back() ^ 1);
  keep_frame("forged", up_frame(forged));
  keep_frame("heartbeat", up_frame(peer.ask(Heartbeat{})));
  keep_frame("control", up_frame(peer.control(kRequestSize)));
  test::Packet strange = peer.seal(inner);
  strange[1] = 77;
  keep_frame("strange-tag", up_frame(strange));
  test::Packet cut = up_frame(peer.seal(inner));
  cut[20] = 0x20;  // more fragments
  keep_frame("fragment", cut);
  ArpPacket arp;
  arp.sender = test::address("198.51.100.9").v4_octets();
  arp.target = test::address("198.51.100.1").v4_octets();
  keep_frame("arp", test::arp_frame(ArpPacket::kRequest, arp, kBroadcastMac));
  keep_frame("ipv6", test::frame_of(
                         test::udp_packet(test::endpoint("[2001:db8:7::7]:1"),
                                          test::endpoint("[2001:db8::1]:51820"), peer.seal(inner)),
                         test::kRouterMac, test::kOurUnderlayMac));
}

}  // namespace jvpn::fuzz
