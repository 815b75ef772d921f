// SPDX-License-Identifier: Apache-2.0
// The data plane's stages with one session, run on frames that end where their memory ends (or a
// few bytes later), so that ASan sees every step beyond. Ports and clocks are not involved.
#pragma once

#include "tests/dataplane/rig.h"

namespace jvpn::fuzz {

class PlaneStages {
 public:
  /// Starts EAL (no hugepages, no devices of this machine) at the first call, for the process.
  static PlaneStages& instance();

  /// A frame from the underlay; the verdict it got.
  Verdict uplink(ByteView frame) { return run(frame, 0, true); }
  /// With `room` bytes behind the frame, as a device's buffer has them.
  Verdict downlink(ByteView frame, std::size_t room) { return run(frame, room, false); }

  test::TunnelPeer& peer() { return peer_; }

 private:
  PlaneStages();
  Verdict run(ByteView frame, std::size_t room, bool up);

  test::Rig rig_;
  test::TunnelPeer peer_;
  WorkerCounters counters_;
  AeadEngine engine_;
};

inline const Endpoint kFuzzClient = test::endpoint("203.0.113.7:40000");
inline const Endpoint kFuzzGateway = test::endpoint("198.51.100.1:51820");

/// A UDP datagram from the client to the gateway, as its frame.
inline test::Packet up_frame(ByteView payload) {
  return test::frame_of(test::udp_packet(kFuzzClient, kFuzzGateway, payload), test::kRouterMac,
                        test::kOurUnderlayMac);
}
inline test::Packet down_frame(ByteView packet) {
  return test::frame_of(packet, test::kServerMac, test::kOurPlaintextMac);
}
/// Makes the IPv4 header's checksum right, so that it does not stop every changed frame.
void mend_checksum(test::Packet& frame);

}  // namespace jvpn::fuzz
