// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "tests/sim/checkers/breaches.h"
#include "tests/sim/world/inner_packet.h"

namespace jvpn::sim {

/// I14: each inner packet is sealed at most once and delivered at most once.
/// I3, I21: it is delivered to the one whose inner address it bears.
class Deliveries {
 public:
  explicit Deliveries(Breaches& breaches) : breaches_(breaches) {}

  void sealed(const PacketNumber& number) { once(sealed_, number, "sealed twice"); }
  void delivered(const PacketNumber& number) {
    once(delivered_, number, "delivered twice");
    ++(number.uplink ? up_ : down_);
  }
  void misdelivered(const PacketNumber& number) {
    breaches_.add("I21", "somebody else's packet was delivered: " + name(number));
  }
  std::size_t count(bool uplink) const { return uplink ? up_ : down_; }

 private:
  using Flow = std::pair<std::uint16_t, bool>;
  using Seen = std::map<Flow, std::vector<bool>>;
  static std::string name(const PacketNumber& n) {
    return std::to_string(n.device) + (n.uplink ? " up " : " down ") + std::to_string(n.sequence);
  }
  void once(Seen& all, const PacketNumber& number, const char* what) {
    std::vector<bool>& seen = all[{number.device, number.uplink}];
    if (seen.size() <= number.sequence) seen.resize(number.sequence + 1);
    if (seen[number.sequence]) breaches_.add("I14", std::string(what) + ": " + name(number));
    seen[number.sequence] = true;
  }

  Breaches& breaches_;
  Seen sealed_, delivered_;
  std::size_t up_ = 0, down_ = 0;
};

}  // namespace jvpn::sim
