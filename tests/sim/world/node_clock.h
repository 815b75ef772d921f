// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.h"

namespace jvpn::sim {

/// One machine's clock beside the world's: ahead of it, and a little faster or slower.
struct NodeClock {
  Duration ahead{};
  std::int64_t drift_ppm = 0;

  Instant read(Instant world) const { return world + ahead + gained(world); }
  /// About when, and never later than when, the clock reads `own`.
  Instant when(Instant own) const {
    const Instant world = own - ahead;
    return world - gained(world) - Duration(drift_ppm < 0 ? 1000 : 0);
  }

 private:
  Duration gained(Instant world) const { return Duration(world.ns / 1'000'000 * drift_ppm); }
};

}  // namespace jvpn::sim
