// SPDX-License-Identifier: Apache-2.0
// A worker: one core, its queue of every port, the sessions that it owns. turn() is the data plane.
#pragma once

#include "dataplane/burst.h"
#include "dataplane/clock.h"
#include "dataplane/options.h"
#include "dataplane/turn.h"

namespace jvpn {

struct WorkerSetup {
  std::uint8_t index = 0;
  Mailbox* mailbox = nullptr;
  WorkerClock clock;
  Power power = Power::poll;
  Bytes<16> nonce_key{};  ///< fresh randomness
  HoldBuffers* holds = nullptr;
};

class Worker {
 public:
  static constexpr unsigned kIdleTurns = 100;  ///< before an adaptive worker sleeps
  static constexpr unsigned kIdleSleepUs = 30;

  /// `plane` and what the setup points to must outlive it.
  Worker(const PlaneFacts& plane, const WorkerSetup& setup, AeadEngine engine);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// One turn; returns how many frames and cells it handled. Between the first and the last turn
  /// the worker is a reader of the session table: run() sees to that, tests do so themselves.
  std::size_t turn();
  /// Turns until `stop` (relaxed; set by control).
  void run(const std::atomic<bool>& stop);
  const WorkerCounters& counters() const { return counters_; }

 private:
  std::size_t receive(const Link& link);
  std::size_t take_over(const Link& link, std::uint8_t from);
  std::size_t serve(const Link& link, std::size_t count);
  void look_at_clock();
  void rest(std::size_t handled);

  const PlaneFacts& plane_;
  WorkerClock clock_;
  Power power_;
  unsigned idle_turns_ = 0;
  AeadEngine engine_;
  WorkerCounters counters_;
  Turn turn_;
  Burst burst_;
};

}  // namespace jvpn
