// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "control/ownership_store.h"
#include "control/records/record.h"
#include "tests/sim/checkers/breaches.h"

namespace jvpn::sim {

/// I16, told by what the store has applied and nothing else: a node sends and delivers data only up
/// to the time at which its latest applied renewal was sent, plus the TTL; a fenced life changes no
/// session. I1: a session is taken from another node only when the life that owns it is over.
class Leases {
 public:
  explicit Leases(Breaches& breaches) : breaches_(breaches) {}

  /// A transaction of `node` was applied that had been sent then.
  void applied(std::uint8_t node, const StoreTransaction& transaction, Instant sent);
  /// `node` lets data of a session pass.
  void serves(std::uint8_t node, Instant now);
  /// Only where gateways have leases.
  bool enforced = false;

 private:
  struct Life {
    std::uint64_t incarnation = 0;
    bool fenced = false;
    Instant until{0};
  };
  void note_life(std::uint8_t of, const StoreValue& value);
  void note_session(std::uint8_t by, const StoreWrite& write);

  Breaches& breaches_;
  std::map<std::uint8_t, Life> lives_;
  std::map<StoreKey, Owner> owners_;
};

}  // namespace jvpn::sim
