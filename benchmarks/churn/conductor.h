// SPDX-License-Identifier: Apache-2.0
// The run: one thread, one loop, one phase after the other.
//
//   births -> [calm -> storm]* -> calm -> steady -> drain -> ends
//
//   each turn: wait for sockets, the next timer or the phase; take what arrived; fire timers; do a
//   bounded part of the phase's own work; send what has gathered
#pragma once

#include <poll.h>

#include <memory>
#include <vector>

#include "benchmarks/churn/member.h"
#include "benchmarks/churn/progress.h"
#include "benchmarks/churn/results.h"

namespace jvpn::churn {

class Conductor {
 public:
  /// Opens sockets. Errors: what is missing and what to do.
  static Result<std::unique_ptr<Conductor>> create(const Options& options);

  /// Until all is done or a signal ended it; every session is ended either way.
  void run();
  const Results& results() const { return results_; }
  const Tally& tally() const { return stage_.tally; }

 private:
  enum class Phase { births, calm, storm, steady, drain, ends, done };
  Conductor(Stage stage, UdpPort sink);

  void turn();
  void wait();
  void receive();
  bool receive_by(UdpPort& port);
  bool receive_at_sink();
  void enter(Phase phase);
  void work();
  void work_births();
  void work_storm();
  void work_ends();
  Phase after_calm() const;
  void begin_stretch(Stretch& stretch) const;
  void finish_stretch(Stretch& stretch) const;
  void watch_memory();
  bool is_busy() const;
  void begin_jumps();
  void heed_signals();
  void finish();

  Stage stage_;
  UdpPort sink_;
  std::vector<pollfd> wanted_;  ///< each of the ports, then the sink
  GatewayWatch gateway_;
  std::vector<std::unique_ptr<Member>> members_;
  Results results_;
  Phase phase_ = Phase::births;
  Instant began_{0};  ///< this phase
  Instant now_{0};
  std::uint32_t cursor_ = 0;  ///< how far this phase's round over all sessions is
  Instant watched_at_{0};     ///< the last birth, or look at the gateway's memory
  Progress progress_;
};

}  // namespace jvpn::churn
