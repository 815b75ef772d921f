// SPDX-License-Identifier: Apache-2.0
#include "dataplane/meter.h"

#include "dataplane/session_lines.h"

namespace jvpn::metered {

bool is_red_up(Turn& turn, const Burst& burst, std::size_t i) {
  TableRecord& record = *burst.record[i];
  const Colour colour =
      meter(record.health.meter, record.head.meter_up.get(), burst.payload_size[i], turn.now);
  if (colour == Colour::yellow) turn.counters.over_committed_up.add(1);
  if (colour == Colour::red) add(record.uplink.metered_up, 1);
  return colour == Colour::red;
}

bool is_red_down(Turn& turn, const Burst& burst, std::size_t i) {
  TableRecord& record = *burst.record[i];
  const Colour colour =
      meter(record.downlink.meter, record.head.meter_down.get(), burst.payload_size[i], turn.now);
  if (colour == Colour::yellow) turn.counters.over_committed_down.add(1);
  if (colour == Colour::red) add(record.head.metered_down, 1);
  return colour == Colour::red;
}

}  // namespace jvpn::metered
