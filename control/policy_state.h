// SPDX-License-Identifier: Apache-2.0
// What a session knows of policies: the one in force, the one that its client has acknowledged, and
// how far a change may move what is running.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "base/boxed.h"
#include "base/time.h"
#include "session/core/policy.h"

namespace jvpn {

using SharedPolicy = std::shared_ptr<const Policy>;

/// What a change of policy does to a deadline that runs: it may come nearer, not below `floor`, and
/// is never put off.
struct TimerBounds {
  Instant floor{0};
  Instant cap = Instant::never();
  Instant of(Instant computed) const { return std::min(cap, std::max(computed, floor)); }
};

/// How much slower than by policy an idle client asks. Limits follow at once when it grows, and
/// only after the client has heard of it when it shrinks.
struct Stretch {
  std::uint8_t told = 1;
  std::uint8_t before = 1;
  Instant until{0};
  /// Of a session that knows no other.
  static Stretch of(std::uint8_t stretch) { return {stretch, stretch, Instant{0}}; }
  std::uint8_t at(Instant now) const { return now < until ? std::max(told, before) : told; }
};

/// Of all deadlines of a session that lived through such a change.
struct DeadlineBounds {
  TimerBounds lifetime;
  TimerBounds ttl;    ///< since the binding was lost
  TimerBounds state;  ///< since the state was entered
};

/// What a client has yet to acknowledge.
struct PolicyNews {
  SharedPolicy agreed;               ///< by which it acts until then; null: the one in force
  std::vector<std::uint8_t> update;  ///< the POLICY_UPDATE that is repeated as it is
  Instant tell_at{0};                ///< the next one
  std::uint32_t tells = 0;
};

struct SessionPolicies {
  SharedPolicy in_force;  ///< null: the node's
  Boxed<PolicyNews> news;
  Boxed<DeadlineBounds> bounds;
  Duration wanted_heartbeat{};
  Stretch stretch;

  Instant tell_at() const { return news ? news->tell_at : Instant::never(); }
};

}  // namespace jvpn
