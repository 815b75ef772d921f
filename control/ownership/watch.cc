// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/watch.h"

#include <algorithm>

#include "control/limits.h"
#include "control/ownership/asking.h"
#include "control/ownership/poll.h"
#include "control/ownership/session_store.h"
#include "control/records/store_keys.h"

namespace jvpn {
namespace {

std::optional<StoreValue> value_of(const Settled& found, const StoreKey& key) {
  const StoreValue* value = found.value_at(key);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

bool is_draining(const Watch& watched) {
  const auto renewal = watched.renewal ? read_renewal_record(*watched.renewal) : std::nullopt;
  return renewal && renewal->draining;
}

}  // namespace

Duration dead_after(const LeaseTimes& lease) {
  return lease.ttl + lease.ttl / 100 + lease.margin;
}

Standing standing_of(const Step& step, std::uint8_t node) {
  if (!step.node.config.lease) return Standing::unknown;  // nobody can tell
  const auto found = step.node.cluster.watches.find(node);
  if (found == step.node.cluster.watches.end() || !found->second.read) return Standing::unknown;
  const Watch& watched = found->second;
  const auto life = watched.life ? read_life_record(*watched.life) : std::nullopt;
  if (!life || life->fenced) return Standing::gone;
  const LeaseTimes& lease = step.node.config.lease.value();
  const Duration still = step.now - watched.unchanged_since;
  if (still >= dead_after(lease)) return Standing::overdue;
  if (!watched.moved || still > lease.ttl / 2) return Standing::quiet;
  return is_draining(watched) ? Standing::draining : Standing::alive;
}

Duration time_left(const Step& step, std::uint8_t node) {
  const Duration all = dead_after(step.node.config.lease.value_or(LeaseTimes{}));
  const auto found = step.node.cluster.watches.find(node);
  if (found == step.node.cluster.watches.end() || !found->second.read) return all;
  return std::max(Duration::zero(), all - (step.now - found->second.unchanged_since));
}

void watch(const Step& step, std::uint8_t node) {
  Watch& watched = step.node.cluster.watches[node];
  const bool is_new = watched.wanted_until <= step.now;
  watched.wanted_until = step.now + kWatchLife;
  if (is_new) poll(step);
}

void observe(const Step& step, std::uint8_t node, const Settled& found) {
  Watch& watched = step.node.cluster.watches[node];
  auto life = value_of(found, life_key(node));
  auto renewal = value_of(found, renewal_key(node));
  if (!watched.read || life != watched.life || renewal != watched.renewal) {
    watched.moved = watched.read;
    watched.unchanged_since = step.now;
  }
  watched.read = true;
  watched.life = std::move(life);
  watched.renewal = std::move(renewal);
}

StoreCompare life_as_seen(const Step& step, std::uint8_t node) {
  return {life_key(node), step.node.cluster.watches[node].life};
}

void look_anew(const Step& step, std::uint8_t node) {
  const auto found = step.node.cluster.watches.find(node);
  if (found == step.node.cluster.watches.end() || node == step.node.config.node) return;
  found->second.read = false;
  poll(step);
}

void fence(const Step& step, std::uint8_t node) {
  Watch& watched = step.node.cluster.watches[node];
  const auto life = watched.life ? read_life_record(*watched.life) : std::nullopt;
  if (watched.fencing || !life || node == step.node.config.node) return;
  watched.fencing = true;
  const LifeRecord end{draw_attempt(step), life->incarnation, true, step.node.owner()};
  Errand errand(AskedFor::fence);
  errand.node = node;
  ask(step, errand,
      StoreTransaction{
          0,
          {{life_key(node), watched.life}, {renewal_key(node), watched.renewal}, life_holds(step)},
          {{life_key(node), write_record(end)}}});
}

void on_fenced(const Step& step, const Settled& settled) {
  Watch& watched = step.node.cluster.watches[settled.errand.node];
  watched.fencing = false;
  if (settled.applied()) {
    step.count("node_fenced");
    watched.life = settled.written;
  } else if (settled.outcome == StoreOutcome::refused) {
    watched.unchanged_since = step.now;  // it moved after all, or somebody was faster
  }
  poll(step);
}

}  // namespace jvpn
