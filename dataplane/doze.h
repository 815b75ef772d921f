// SPDX-License-Identifier: Apache-2.0
// How an idle worker with power = adaptive sleeps; one that polls has none of this. Which way is
// probed at start, best first:
//
//   interrupt  every rx queue can wake a sleeper: it sleeps up to 10 ms
//   monitor    the CPU can watch the next descriptor of every queue at once: up to 100 us
//   nap        it looks after 30 us, after some 20 ms without a frame every 480 us
//
// Rings of control and of other workers wake a sleeper by its bell at once (not a monitoring one:
// within 100 us). While packets wait for a binding a worker sleeps 30 us at a time.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "dataplane/bell.h"

namespace jvpn {

enum class DozeBy : std::uint8_t { interrupt, monitor, nap };

/// A worker's receive queue, as what wakes it.
struct WakingQueue {
  std::uint16_t device = 0;
  std::uint16_t queue = 0;
};

/// What a port can do for a sleeper.
struct PortDoze {
  std::string device;
  std::string no_interrupts;  ///< why not; empty: it has them
  bool monitors = false;      ///< the CPU can watch its queues
};
struct DozePlan {
  DozeBy by = DozeBy::nap;
  std::string why;
};
DozePlan choose_doze(std::span<const PortDoze> ports, bool cpu_monitors);

/// A started port; `always_armed`: its interrupt is a file that is readable when frames wait.
struct ProbedPort {
  std::string device;
  std::uint16_t id = 0;
  bool always_armed = false;
};
/// Asks each queue of each port, and the CPU.
DozePlan probe_doze(std::span<const ProbedPort> ports, std::uint16_t queues);

/// One per worker, made by control before the first packet; then the worker's alone.
class Doze {
 public:
  static constexpr Duration kNap = std::chrono::microseconds(30);
  static constexpr Duration kLongNap = std::chrono::microseconds(480);
  static constexpr Duration kLongestMonitor = std::chrono::microseconds(100);
  static constexpr Duration kLongestSleep = std::chrono::milliseconds(10);
  static constexpr unsigned kShortNaps = 400;  ///< in a row, before naps get long
  /// After an interrupt: its frame may show a little later (TAP's driver waits for a signal).
  static constexpr unsigned kAlertNaps = 64;

  /// Errors: a queue that cannot wake though the plan says so, no more files.
  static Result<std::unique_ptr<Doze>> create(Bell& bell, DozeBy by,
                                              std::vector<WakingQueue> queues);
  Doze(const Doze&) = delete;
  Doze& operator=(const Doze&) = delete;
  ~Doze();

  /// From now on everything wakes wait(): look at queues and rings once more before it.
  void arm();
  /// Sleeps. `brief`: something of the worker's own will be due.
  void wait(bool brief);
  void disarm();
  /// The worker had work: it will be near again soon.
  void stir() { naps_ = 0; }

 private:
  Doze(Bell& bell, DozeBy by, std::vector<WakingQueue> queues);
  Result<void> watch_queues();
  void sleep(Duration longest);
  bool monitor(Duration longest);

  Bell& bell_;
  DozeBy by_;
  std::vector<WakingQueue> queues_;
  int epoll_ = -1;      ///< interrupt: has the queues' files
  unsigned naps_ = 0;   ///< in a row
  unsigned alert_ = 0;  ///< sleeps that will be naps
};

}  // namespace jvpn
