// SPDX-License-Identifier: Apache-2.0
// Any frame on the plaintext port, through all stages of the downlink. The first byte says whether
// the IPv4 checksum is made right, and whether there is room for the seal.
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/plane_stages.h"

namespace jvpn::fuzz {
namespace {

Mark forwarded("forwarded");
Mark answered("answered");
Mark too_big("too big, and said so");
Mark no_room("no room for the seal");
Mark not_for_us("not for us");

}  // namespace

void one(ByteView input) {
  if (input.empty()) return;
  test::Packet frame(input.begin() + 1, input.end());
  if (input[0] % 2 != 0) mend_checksum(frame);
  const Verdict verdict = PlaneStages::instance().downlink(frame, input[0] / 2 % 2 != 0 ? 64 : 0);
  forwarded.hit_if(verdict == Verdict::forwarded);
  answered.hit_if(verdict == Verdict::answered);
  too_big.hit_if(verdict == Verdict::answered && frame.size() > 1420);
  no_room.hit_if(verdict == Verdict::no_room);
  not_for_us.hit_if(verdict == Verdict::not_for_us);
}

void seeds(const Keep& keep) {
  const auto keep_frame = [&](std::string_view name, ByteView packet, std::uint8_t how = 3) {
    test::Packet frame = down_frame(packet);
    frame.insert(frame.begin(), how);
    keep(name, frame);
  };
  const Endpoint server = test::endpoint("192.0.2.80:80");
  const Endpoint server6 = test::endpoint("[2001:db8::80]:80");
  keep_frame("data", test::udp_packet(server, test::endpoint("10.77.0.2:1"), test::Packet(20)));
  keep_frame("tight", test::udp_packet(server, test::endpoint("10.77.0.2:1"), {}), 1);
  keep_frame("data6", test::udp_packet(server6, test::endpoint("[fd77::2]:1"), test::Packet(20)));
  test::IpOptions whole;
  whole.dont_fragment = true;
  keep_frame("too-big",
             test::udp_packet(server, test::endpoint("10.77.0.2:1"), test::Packet(1450), whole));
  keep_frame("too-big6",
             test::udp_packet(server6, test::endpoint("[fd77::2]:1"), test::Packet(1450)));
  keep_frame("ping",
             test::echo_request(test::address("10.99.0.2"), test::address("10.99.0.1"), 20));
  keep_frame("elsewhere", test::udp_packet(server, test::endpoint("203.0.113.9:1"), {}));
}

}  // namespace jvpn::fuzz
