// SPDX-License-Identifier: Apache-2.0
// Who sits on the wire: sees everything, keeps some of it, and sends what he likes with any source.
// He has no keys.
#pragma once

#include "tests/sim/campaign/simulation.h"

namespace jvpn::sim {

class Adversary {
 public:
  /// Taps the simulation's wires. Lives as long as it runs.
  Adversary(Simulation& sim, std::uint64_t seed);

  /// Until then copies of what passes outrun their originals, from a source of his own.
  void copy_until(Instant until, double chance);
  /// Sends recorded datagrams again: to their receiver or another one, from their source or his.
  void replay(std::size_t count);
  /// The whole record to every gateway, with its own source and with his.
  void replay_everything();
  /// Sends what no key has sealed: cut short, changed, made up, with a good mac1.
  void forge(std::size_t count);
  /// All kinds of that within a second, with the tag of one device's session.
  void flood(std::size_t device, std::size_t count);
  std::size_t recorded() const { return records_.size(); }

 private:
  struct Record {
    bool uplink = false;
    Endpoint outside;
    Endpoint gateway;
    Datagram datagram;
  };
  void see(const Record& seen);
  void send(const Record& record, Duration delay);
  const Record& any() { return records_[dice_.below(records_.size())]; }
  Endpoint own_source(const Endpoint& towards);
  Datagram changed(const Datagram& original);
  void give_good_mac1(Datagram& init, const Endpoint& gateway);

  Simulation& sim_;
  Dice dice_;
  std::vector<Record> records_;
  std::uint64_t seen_ = 0;
  Instant copies_until_{0};
  double copy_chance_ = 0;
};

}  // namespace jvpn::sim
