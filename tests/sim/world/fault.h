// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace jvpn::sim {

enum class FaultKind : std::uint8_t {
  none,        ///< nothing has gone wrong lately
  weather,     ///< loss, delay, reordering, duplicates, corruption
  late,        ///< single datagrams up to two minutes late
  cut,         ///< an interface goes down or comes back
  black_hole,  ///< a path swallows everything, unseen
  one_way,     ///< a path swallows what goes one way
  rebind,      ///< a NAT forgets a mapping
  reuse,       ///< a NAT gives a mapping to another device
  address,     ///< an access network gives other addresses
  crash,       ///< a gateway dies and starts again
  pause,       ///< a gateway or device stands still for a while
  leap,        ///< a clock leaps ahead (suspend)
  replay,      ///< what was recorded, again, from anywhere
  copy,        ///< a copy outruns its original
  forgery,     ///< truncated, corrupted, made up
  flood,       ///< much of all that, aimed at one session
  clone,       ///< a second device with the same key
  full,        ///< more clients than slots
  end,         ///< an operator ends a session, or a client leaves
  store,       ///< the ownership store is slow, forgets, refuses or is away
  split,       ///< a gateway and the store do not reach each other
  stall,       ///< a gateway stands still for longer than its lease
  drain,       ///< a gateway is drained, then started anew
  load,        ///< a gateway's control is late with its work
  policy,      ///< another policy comes into force
};
inline constexpr std::size_t kFaultKinds = static_cast<std::size_t>(FaultKind::policy) + 1;
inline constexpr std::array<std::string_view, kFaultKinds> kFaultNames = {
    "none",  "weather", "late",  "cut",    "hole",  "oneway",  "rebind", "reuse", "address",
    "crash", "pause",   "leap",  "replay", "copy",  "forgery", "flood",  "clone", "full",
    "end",   "store",   "split", "stall",  "drain", "load",    "policy"};
inline std::string_view to_string(FaultKind kind) {
  return kFaultNames[static_cast<std::size_t>(kind)];
}

using FaultSet = std::uint32_t;  ///< one bit per kind
inline constexpr FaultSet bit(FaultKind kind) {
  return FaultSet{1} << static_cast<unsigned>(kind);
}

/// Faults are at work for a while after they struck.
class FaultClock {
 public:
  static constexpr Duration kAftermath = 15s;
  void struck(FaultKind kind, Instant now) { last_[static_cast<std::size_t>(kind)] = now; }
  FaultSet at_work(Instant now) const {
    FaultSet set = 0;
    for (std::size_t i = 1; i < kFaultKinds; ++i) {
      if (now - last_[i] < kAftermath) set |= FaultSet{1} << i;
    }
    return set == 0 ? bit(FaultKind::none) : set;
  }

 private:
  std::array<Instant, kFaultKinds> last_ = filled();
  static constexpr std::array<Instant, kFaultKinds> filled() {
    std::array<Instant, kFaultKinds> all{};
    all.fill(Instant{INT64_MIN / 4});
    return all;
  }
};

}  // namespace jvpn::sim
