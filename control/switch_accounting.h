// SPDX-License-Identifier: Apache-2.0
// Who may move when: switches and NAT rebindings of one session over a sliding minute, and the
// cooldown. Design: docs/SESSION.md, "Switch accounting".
#pragma once

#include <optional>

#include "base/optional_instant.h"
#include "control/sliding_window.h"
#include "session/core/policy.h"
#include "session/core/reason.h"

namespace jvpn {

enum class Move : std::uint8_t {
  same_source,  ///< back on the source that was bound last: no budget
  rebind,       ///< the same access path by another source: the NAT's or an address change
  jump,         ///< another access path
};

struct Denial {
  Reason reason = Reason::none;
  Duration retry_after{};
};

/// What another owner has to know of it.
struct MoveHistory {
  std::vector<Instant> jumps;
  std::vector<Instant> rebinds;
  OptionalInstant last_jump;
};

class SwitchAccounting {
 public:
  /// Why this move must not commit now, or nothing. A dead path lifts the cooldown, never the
  /// limit.
  std::optional<Denial> check(const SwitchingPolicy& policy, Move move, bool path_dead,
                              Instant now);
  void committed(Move move, Instant now);
  /// The latest move was reverted: it counts no more.
  void reverted(Move move);

  /// What counts no more takes no memory.
  void forget_old(Instant now) {
    jumps_.count(now);
    rebinds_.count(now);
  }

  void restore(const MoveHistory& history);
  const SlidingWindow& jumps() const { return jumps_; }
  const SlidingWindow& rebinds() const { return rebinds_; }
  OptionalInstant last_jump() const { return last_jump_; }

 private:
  SlidingWindow jumps_;
  SlidingWindow rebinds_;
  OptionalInstant last_jump_;
};

}  // namespace jvpn
