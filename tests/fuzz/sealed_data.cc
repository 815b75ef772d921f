// SPDX-License-Identifier: Apache-2.0
// Any bytes inside a genuine DATA packet: past the AEAD, everything is the client's word. The first
// two bytes choose the DATA header's counter relative to the newest.
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/plane_stages.h"

namespace jvpn::fuzz {
namespace {

Mark forwarded("forwarded");
Mark heartbeat("a heartbeat answered");
Mark malformed("no IP inside");
Mark denied("another's source address");
Mark old("an old counter");

}  // namespace

void one(ByteView input) {
  ByteReader in(input);
  const std::uint64_t back = in.number<std::uint16_t>();
  if (!in.ok() || in.rest().size() > 1500) return;
  PlaneStages& stages = PlaneStages::instance();
  test::TunnelPeer& peer = stages.peer();
  const bool again = back != 0 && back <= peer.next_;
  const test::Packet datagram =
      again ? peer.seal(in.rest(), peer.next_ - back) : peer.seal(in.rest());
  const Verdict verdict = stages.uplink(up_frame(datagram));
  ensure(verdict != Verdict::open_failed, "what the client sealed opens");
  forwarded.hit_if(verdict == Verdict::forwarded);
  heartbeat.hit_if(verdict == Verdict::answered && is_heartbeat(in.rest()));
  malformed.hit_if(verdict == Verdict::inner_malformed);
  denied.hit_if(verdict == Verdict::inner_source_denied);
  if (again) old.hit_if(verdict == Verdict::duplicate || verdict == Verdict::late);
}

void seeds(const Keep& keep) {
  const auto keep_inner = [&](std::string_view name, test::Packet inner, std::uint8_t back = 0) {
    inner.insert(inner.begin(), {0, back});
    keep(name, inner);
  };
  const Endpoint server = test::endpoint("192.0.2.80:80");
  const test::Packet good =
      test::udp_packet(test::endpoint("10.77.0.2:1"), server, test::Packet(9));
  keep_inner("good", good);
  keep_inner("again", good, 1);
  keep_inner("ipv6", test::udp_packet(test::endpoint("[fd77::2]:1"),
                                      test::endpoint("[2001:db8::80]:80"), test::Packet(9)));
  keep_inner("of-another", test::udp_packet(test::endpoint("10.77.0.3:1"), server, {}));
  keep_inner("short", {0x45, 0, 0});
  Bytes<kHeartbeatInnerSize> ask{};
  write_heartbeat(Heartbeat{}, ask);
  keep_inner("heartbeat", {ask.begin(), ask.end()});
}

}  // namespace jvpn::fuzz
