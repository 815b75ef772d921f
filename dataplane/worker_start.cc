// SPDX-License-Identifier: Apache-2.0
// A worker before its first turn: the only part of it that is not the packet path.
#include "dataplane/worker.h"

namespace jvpn {

Worker::Worker(const PlaneFacts& plane, const WorkerSetup& setup, AeadEngine engine)
    : plane_(plane),
      clock_(setup.clock),
      power_(setup.power),
      engine_(std::move(engine)),
      turn_{plane, setup.index, *setup.mailbox, engine_, counters_, setup.nonce_key, setup.holds} {}

}  // namespace jvpn
