// SPDX-License-Identifier: Apache-2.0
// What befalls a gateway, and what its operator wants of it.
#include <algorithm>

#include "tests/sim/cluster/gateway.h"

namespace jvpn::sim {

void Gateway::pause() {
  was_late_ = is_store_late();
  paused_ = true;
}

void Gateway::resume() {
  if (paused_ && was_late_) owed_ = around_.world.now();
  paused_ = false;
  step();
  while (!waiting_.empty() && !paused_) {
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    take(next.underlay, next.source, std::move(next.datagram));
  }
}

void Gateway::leap(Duration span) {
  clock_.ahead += span;
  step();
}

bool Gateway::terminate_by_operator(const SessionId& id) {
  if (paused_) return false;
  Actions actions;
  const bool found = core_.operator_terminate(id, now(), actions);
  carry_out(actions);
  return found;
}

void Gateway::drain(const std::vector<Endpoint>& targets) {
  if (paused_ || draining_) return;
  draining_ = true;
  MigrateTargets where{};
  std::copy_n(targets.begin(), std::min(targets.size(), where.size()), where.begin());
  Actions actions;
  core_.drain(where, now(), actions);
  carry_out(actions);
}

void Gateway::apply_policy(const Policy& policy) {
  if (paused_) return;
  Actions actions;
  (void)core_.apply_policy(policy, now(), actions);  // a refusal is an audit event
  carry_out(actions);
}

void Gateway::tell_load() {
  if (!burdened_until_) return;
  const bool is_over = around_.world.now() >= *burdened_until_;
  core_.on_load(is_over ? Duration::zero() : Duration(60ms), now());
}

}  // namespace jvpn::sim
