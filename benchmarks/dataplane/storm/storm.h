// SPDX-License-Identifier: Apache-2.0
// A storm: every client's address changes at (nearly) once, while the worker forwards.
#pragma once

#include "generator.h"

namespace jvpn::bench {

struct StormPlan {
  int slices = 150;          ///< before each storm, and after it: until budgets are full again
  Duration arrival = 100ms;  ///< from the first REQUEST to the last
  Duration patience = 20s;   ///< then a storm that is not over has failed
};

/// What slices of one kind came to.
struct Tally {
  double cycles = 0;              ///< TSC, of the worker
  double packets = 0;             ///< data packets forwarded
  double control = 0;             ///< TSC cycles of control's turns in which it had something to do
  std::size_t lost = 0;           ///< data packets that the worker dropped
  int slices = 0;                 ///< that count
  int disturbed = 0;              ///< slices thrown away, because the kernel took the core
  std::vector<double> latencies;  ///< TSC cycles
  double per_packet() const { return cycles / packets; }
};

struct StormResult {
  Tally before, during, after;
  Duration half{}, nearly_all{}, all{};  ///< until 50, 99, 100 % were bound anew
};

class Storm {
 public:
  Storm(GatewayRig& rig, Clients& clients, Generator& generator)
      : rig_(rig), clients_(clients), generator_(generator) {}

  /// All clients' first handshakes, some at a time.
  void give_birth();
  /// A storm between two quiet times.
  StormResult blow(const StormPlan& plan);
  Tally quiet(int slices);
  /// Sessions that the gateway has bound to where the client is, and the client knows it.
  std::uint32_t bound_anew() const;

 private:
  void slice(Tally& tally);
  [[noreturn]] void give_up() const;
  void storm(const StormPlan& plan, StormResult& out);

  GatewayRig& rig_;
  Clients& clients_;
  Generator& generator_;
};

}  // namespace jvpn::bench
