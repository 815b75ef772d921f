// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sim/checkers/breaches.h"

namespace jvpn::sim {

/// I19: one datagram makes a node do at most kMostActions things, and its sessions fit its table.
class Bounds {
 public:
  static constexpr std::size_t kMostActions = 32;
  explicit Bounds(Breaches& breaches) : breaches_(breaches) {}

  void acted(std::size_t actions) {
    if (actions > kMostActions) {
      breaches_.add("I19", "one datagram caused " + std::to_string(actions) + " actions");
    }
  }
  void holds(std::size_t sessions, std::size_t slots) {
    if (sessions > slots) breaches_.add("I19", "more sessions than the table has slots");
  }

 private:
  Breaches& breaches_;
};

}  // namespace jvpn::sim
