// SPDX-License-Identifier: Apache-2.0
// Where a turn's time goes. At each border between two stages the time stamp counter is read once
// and what has passed is charged to the stage that ran: nothing is counted twice and nothing is
// left out. What the reading itself costs is measured beforehand and taken off.
//
// The counter is read without waiting for earlier instructions, so a little of one stage's tail may
// be charged to the next.
#pragma once

#include <rte_cycles.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace jvpn::bench {

/// In the order of a page; `turn` is what belongs to no other: rings, clock, rx, tx, quiescence.
inline constexpr std::array<std::string_view, 18> kStageNames{
    "turn",     "classify", "neighbours", "handshakes", "lookup", "dead tags",
    "ticketed", "controls", "release",    "open",       "cipher", "heartbeats",
    "deliver",  "echoes",   "too big",    "hold",       "seal",   "finish"};
/// Below zero where a stage takes less than the reading, give or take.
using StageCycles = std::array<std::int64_t, kStageNames.size()>;

constexpr std::size_t stage_index(std::string_view name) {
  std::size_t i = 0;
  while (kStageNames[i] != name) ++i;
  return i;
}

/// One thread's.
class StageClock {
 public:
  /// Charges what passed to the stage that ran; `next` runs from now on. Returns the one before.
  std::size_t pass_to(std::size_t next) {
    const std::uint64_t now = rte_rdtsc();
    charged_[current_] += static_cast<std::int64_t>(now - since_ - cost_);
    since_ = now;
    const std::size_t before = current_;
    current_ = next;
    return before;
  }
  /// From now on nothing is charged yet.
  void restart() {
    charged_ = {};
    current_ = 0;
    since_ = rte_rdtsc();
  }
  const StageCycles& charged() const { return charged_; }
  /// Measures what passing costs.
  void calibrate();

 private:
  StageCycles charged_{};
  std::uint64_t since_ = 0;
  std::uint64_t cost_ = 0;  ///< cycles
  std::size_t current_ = 0;
};

/// The clock of the thread that measures.
extern StageClock stage_clock;

/// The stage that runs as long as this lives.
class Probe {
 public:
  explicit Probe(std::size_t stage) : before_(stage_clock.pass_to(stage)) {}
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;
  ~Probe() { stage_clock.pass_to(before_); }

 private:
  std::size_t before_;
};

}  // namespace jvpn::bench
