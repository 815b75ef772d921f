// SPDX-License-Identifier: Apache-2.0
#include "dataplane/meter.h"

#include "dataplane/session_lines.h"

namespace jvpn::metered {
namespace {

/// One direction of a session: what it is measured by, and where its colours are counted.
struct Direction {
  const PublishedMeter& limits;
  MeterState& state;
  OwnedCount& yellow;               ///< the worker's
  std::atomic<std::uint64_t>& red;  ///< the session's
};

bool is_red(const Direction& direction, std::uint16_t bytes, Instant now) {
  const Colour colour = meter(direction.state, direction.limits.get(), bytes, now);
  if (colour == Colour::yellow) direction.yellow.add(1);
  if (colour == Colour::red) add(direction.red, 1);
  return colour == Colour::red;
}

}  // namespace

bool is_red_up(Turn& turn, const Burst& burst, std::size_t i) {
  TableRecord& record = *burst.record[i];
  return is_red({record.extras.meter_up, record.extras.meter_up_state,
                 turn.counters.over_committed_up, record.control.metered_up},
                burst.payload_size[i], turn.now);
}

bool is_red_down(Turn& turn, const Burst& burst, std::size_t i) {
  TableRecord& record = *burst.record[i];
  return is_red({record.extras.meter_down, record.downlink.meter, turn.counters.over_committed_down,
                 record.extras.metered_down},
                burst.payload_size[i], turn.now);
}

}  // namespace jvpn::metered
