// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "tests/sim/checkers/breaches.h"

namespace jvpn::sim {

/// What became of the data datagrams that one plane took, and of the inner packets that it was
/// given for clients.
struct PacketFates {
  std::uint64_t taken = 0;
  std::uint64_t delivered = 0;
  std::uint64_t answered = 0;  ///< heartbeats
  std::uint64_t dropped = 0;
  std::uint64_t offered = 0;
  std::uint64_t sealed = 0;
  std::uint64_t refused = 0;
  std::uint64_t held_up = 0;  ///< now
  std::uint64_t held_down = 0;
};

/// I17: each data datagram that a gateway takes is delivered, answered, dropped or held; each inner
/// packet that it is given is sealed, refused or held.
class Fates {
 public:
  explicit Fates(Breaches& breaches) : breaches_(breaches) {}

  void add_up(const PacketFates& f) {
    if (f.taken != f.delivered + f.answered + f.dropped + f.held_up) {
      breaches_.add("I17", "of " + std::to_string(f.taken) + " datagrams some have no fate");
    }
    if (f.offered != f.sealed + f.refused + f.held_down) {
      breaches_.add("I17", "of " + std::to_string(f.offered) + " packets some have no fate");
    }
  }

 private:
  Breaches& breaches_;
};

}  // namespace jvpn::sim
