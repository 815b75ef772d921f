// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/lease.h"

#include "control/ownership/asking.h"
#include "control/ownership/life.h"
#include "control/ownership/poll.h"
#include "control/ownership/session_store.h"
#include "control/records/store_keys.h"

namespace jvpn {
namespace {

void serve_until(const Step& step, Instant until) {
  step.node.cluster.lease.serving_until = until;
  step.out.push_back(SetServingDeadline{until});
}

std::optional<StoreValue> present(const StoreValue& value) {
  return value.empty() ? std::nullopt : std::optional(value);
}

}  // namespace

void begin_lease(const Step& step) {
  Lease& lease = step.node.cluster.lease;
  const auto& before = step.node.cluster.watches[step.node.config.node].renewal;
  lease = Lease{};
  lease.renewal = before.value_or(StoreValue());
  const auto& times = step.node.config.lease;
  if (!times || !times->bounds_serving) serve_until(step, Instant::never());
  if (!times) return;
  lease.due = step.now;
  renew_lease(step);
}

void renew_lease(const Step& step) {
  Lease& lease = step.node.cluster.lease;
  if (!step.node.is_alive() || lease.asked || step.now < lease.due) return;
  lease.asked = true;
  lease.sent_at = step.now;
  const auto tick = static_cast<std::uint64_t>(to_ms(step.now - Instant{0}));
  const RenewalRecord record{draw_attempt(step), step.node.incarnation, ++lease.sequence, tick,
                             step.node.cluster.draining};
  const StoreKey key = renewal_key(step.node.config.node);
  ask(step, Errand(AskedFor::renew),
      StoreTransaction{
          0, {{key, present(lease.renewal)}, life_holds(step)}, {{key, write_record(record)}}});
}

void on_renewed(const Step& step, const Settled& settled) {
  Lease& lease = step.node.cluster.lease;
  lease.asked = false;
  if (settled.outcome == StoreOutcome::refused) return lose_life(step);
  if (!settled.applied()) {
    lease.due = step.now + store_retry_after(step);
    return;
  }
  lease.renewal = settled.written;
  lease.due = lease.sent_at + step.node.config.lease->renewal;
  if (step.node.config.lease->bounds_serving) {
    serve_until(step, lease.sent_at + step.node.config.lease->ttl);
  }
  poll(step);
}

bool is_serving(const Step& step) {
  return step.node.is_alive() && step.now < step.node.cluster.lease.serving_until;
}

}  // namespace jvpn
