// SPDX-License-Identifier: Apache-2.0
// A worker before its first turn: the only part of it that is not the packet path.
#include "dataplane/worker.h"

namespace jvpn {

UsualPackets::UsualPackets(const PlaneFacts& plane)
    : destinations(plane.plaintext(),
                   plane.pool_v4 == nullptr ? IpPrefix{} : plane.pool_v4->prefix()) {
  for (const Link& link : plane.links) {
    shapes[link.index] = FrameShape::of(link);
    if (!link.plaintext) underlays[link.index] = UnderlayV4(link);
  }
}

Worker::Worker(const PlaneFacts& plane, const WorkerSetup& setup, AeadEngine engine)
    : plane_(plane),
      clock_(setup.clock),
      doze_(setup.doze),
      bells_(setup.bells),
      engine_(std::move(engine)),
      turn_{plane, setup.index, *setup.mailbox, engine_, counters_, setup.nonce_key, setup.holds} {}

}  // namespace jvpn
