// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_set>

#include "control/core.h"
#include "tests/sim/checkers/nonces.h"

namespace jvpn::sim {

/// Everything of a node's sessions that a replay must leave as it is.
std::uint64_t digest_of(const std::vector<SessionInfo>& sessions);

/// I11, I12: a datagram that had its effect once (a change of a session, a delivery), or that no
/// key sealed, leaves every session's state, version and binding as they were, at any node, from
/// any source, at any time.
class Replays {
 public:
  explicit Replays(Breaches& breaches) : breaches_(breaches) {}

  bool is_spent(ByteView datagram) const { return spent_.contains(fingerprint(datagram)); }
  void spend(ByteView datagram) { spent_.insert(fingerprint(datagram)); }
  /// The attacker made this one up.
  void forge(ByteView datagram) { spend(datagram); }
  void compare(std::uint64_t before, std::uint64_t after, ByteView datagram);
  std::size_t compared() const { return compared_; }

 private:
  Breaches& breaches_;
  std::unordered_set<std::uint64_t> spent_;
  std::size_t compared_ = 0;
};

}  // namespace jvpn::sim
