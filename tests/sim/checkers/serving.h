// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "base/time.h"
#include "tests/sim/checkers/breaches.h"

namespace jvpn::sim {

/// I16: behind the deadline that a node was told last, by its own clock, no session of it moves,
/// binds, sends or delivers data.
class Serving {
 public:
  explicit Serving(Breaches& breaches) : breaches_(breaches) {}

  void until(std::size_t node, Instant deadline) { deadlines_[node] = deadline; }
  void acted(std::size_t node, const char* how, Instant now) {
    const auto deadline = deadlines_.find(node);
    if (deadline == deadlines_.end() || now < deadline->second) return;
    breaches_.add("I16", std::string(how) + " by a node behind its serving deadline");
  }
  void forgotten_by(std::size_t node) { deadlines_.erase(node); }

 private:
  Breaches& breaches_;
  std::map<std::size_t, Instant> deadlines_;
};

}  // namespace jvpn::sim
