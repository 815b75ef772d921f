// SPDX-License-Identifier: Apache-2.0
// A worker: one core, its queue of every port, the sessions that it owns. turn() is the data plane.
#pragma once

#include "dataplane/burst.h"
#include "dataplane/clock.h"
#include "dataplane/doze.h"
#include "dataplane/received.h"
#include "dataplane/turn.h"

namespace jvpn {

struct WorkerSetup {
  std::uint8_t index = 0;
  Mailbox* mailbox = nullptr;
  WorkerClock clock;
  Bytes<16> nonce_key{};  ///< fresh randomness
  HoldBuffers* holds = nullptr;
  Doze* doze = nullptr;        ///< null: it polls
  std::vector<Bell*> bells{};  ///< by worker; empty: nobody sleeps
};

class Worker {
 public:
  static constexpr unsigned kIdleTurns = 100;  ///< before an adaptive worker sleeps

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
  void receive();
  void fetch_sessions();
  std::size_t serve_received(const Link& link);
  std::size_t take_over(const Link& link, std::uint8_t from);
  std::size_t serve(const Link& link, std::size_t count);
  void note_handed_over(const Link& link);
  void look_at_clock();
  void begin_turn();
  void rest(std::size_t handled);
  void sleep();
  void wake_receivers();

  const PlaneFacts& plane_;
  WorkerClock clock_;
  Doze* doze_;
  std::vector<Bell*> bells_;    ///< by worker; empty: nobody sleeps
  std::uint64_t given_to_ = 0;  ///< workers that got frames in this turn, a bit each
  unsigned idle_turns_ = 0;
  Instant turn_began_{0};     ///< 0: there was none yet
  bool was_busy_ = false;     ///< the latest turn moved something
  bool time_passed_ = false;  ///< on a burst, since the clock was looked at
  AeadEngine engine_;
  WorkerCounters counters_;
  Turn turn_;
  std::array<Received, kMaxLinks> received_;
  Burst burst_;
};

}  // namespace jvpn
