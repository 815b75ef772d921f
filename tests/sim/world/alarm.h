// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "tests/sim/world/virtual_time.h"

namespace jvpn::sim {

/// One pending wake-up of one object: setting it earlier replaces it, and it dies with its owner.
class Alarm {
 public:
  Alarm(World& world, std::function<void()> rings)
      : world_(world), state_(std::make_shared<State>(State{Instant::never(), std::move(rings)})) {}

  /// Rings at `when` unless it rings sooner anyway.
  void set(Instant when) {
    when = std::max(when, world_.now());
    if (when >= state_->due) return;
    state_->due = when;
    world_.at(when, [weak = std::weak_ptr<State>(state_), when] {
      const auto state = weak.lock();
      if (!state || state->due != when) return;
      state->due = Instant::never();
      state->rings();
    });
  }

 private:
  struct State {
    Instant due;
    std::function<void()> rings;
  };
  World& world_;
  std::shared_ptr<State> state_;
};

}  // namespace jvpn::sim
