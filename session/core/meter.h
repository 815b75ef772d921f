// SPDX-License-Identifier: Apache-2.0
// Two rates, three colours (RFC 2698, colour-blind): what a session may send or be sent.
//
// A bucket of tokens is kept as the one moment at which it would have been empty: its level is the
// time since then, never more than the time that fills it, and a packet moves that moment ahead by
// the time that its bytes take at the bucket's rate. So a direction's state is two numbers, and no
// rounding is carried from packet to packet. Times are sixteenths of a nanosecond.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/time.h"

namespace jvpn {

struct MeterPolicy;

/// A rate and a burst, as times. All-zero: no limit.
struct alignas(8) MeterBucket {
  float cost = 0;   ///< of a byte
  float depth = 0;  ///< of the whole burst
  bool operator==(const MeterBucket&) const = default;
};

/// Of one direction.
struct MeterProfile {
  MeterBucket committed;
  MeterBucket peak;
  bool operator==(const MeterProfile&) const = default;
};
MeterProfile profile_of(const MeterPolicy& policy);

/// When the buckets were, or would have been, empty: at first long ago, they are full. One writer.
struct MeterState {
  static constexpr std::int64_t kLongAgo = std::numeric_limits<std::int64_t>::min();
  std::int64_t committed_empty = kLongAgo;
  std::int64_t peak_empty = kLongAgo;
};

enum class Colour : std::uint8_t {
  green,   ///< within the committed rate
  yellow,  ///< beyond it, within the peak rate
  red,     ///< beyond the peak: nothing was taken for it
};

/// Takes the tokens of a packet of `bytes` at `now`, which never goes back.
inline Colour meter(MeterState& state, const MeterProfile& profile, std::uint32_t bytes,
                    Instant now) {
  const std::int64_t time = now.ns * 16;
  const auto emptied = [&](const MeterBucket& bucket, std::int64_t empty) {
    const auto cost = static_cast<std::int64_t>(bucket.cost * static_cast<float>(bytes) + 0.5f);
    return std::max(empty, time - static_cast<std::int64_t>(bucket.depth)) + cost;
  };
  const std::int64_t peak = emptied(profile.peak, state.peak_empty);
  if (peak > time) return Colour::red;
  state.peak_empty = peak;
  const std::int64_t committed = emptied(profile.committed, state.committed_empty);
  if (committed > time) return Colour::yellow;
  state.committed_empty = committed;
  return Colour::green;
}

}  // namespace jvpn
