// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/life.h"

#include <utility>

#include "control/birth.h"
#include "control/limits.h"
#include "control/ownership/asking.h"
#include "control/ownership/lease.h"
#include "control/ownership/load.h"
#include "control/ownership/session_store.h"
#include "control/ownership/watch.h"
#include "control/records/store_keys.h"
#include "crypto/kdf.h"

namespace jvpn {
namespace {

void claim(const Step& step, const Watch& before) {
  const std::uint8_t node = step.node.config.node;
  const StoreKey key = life_key(node);
  const LifeRecord life{draw_attempt(step), step.node.incarnation, false, {}};
  ask(step, Errand(AskedFor::claim_life),
      StoreTransaction{0,
                       {{key, before.life}, {renewal_key(node), before.renewal}},
                       {{key, write_record(life)}}});
}

/// Might a life before ours still serve?
bool may_be_served(const Step& step, const Watch& before) {
  const auto& lease = step.node.config.lease;
  if (!lease || !lease->bounds_serving || lease->sole_instance || !before.life) return false;
  const auto life = read_life_record(*before.life);
  if (life && life->fenced) return false;
  return step.now - before.unchanged_since < dead_after(*lease);
}

/// What had been settled but not acted upon: a birth must not wait for ever for its answer.
void forget_unsaid(const Step& step) {
  for (const Settled& settled : std::exchange(step.node.unsaid, {})) {
    if (settled.errand.purpose != AskedFor::birth) continue;
    give_up_birth(step, *step.node.peers.find(settled.errand.peer), "birth_commit_refused");
  }
}

std::uint64_t drawn_number(const Step& step) {
  const auto drawn = step.node.random.draw<8>();
  return load<BigEndian<std::uint64_t>>(drawn.data());
}

}  // namespace

void begin_life(const Step& step) {
  step.node.life_retry_at = Instant::never();
  const std::uint8_t node = step.node.config.node;
  ask(step, Errand(AskedFor::read_life), StoreRead{0, {life_key(node), renewal_key(node)}, {}});
}

void on_life_read(const Step& step, const Settled& settled) {
  Watch& before = step.node.cluster.watches[step.node.config.node];
  observe(step, step.node.config.node, settled);
  if (!may_be_served(step, before)) return claim(step, before);
  step.count("life_before_watched");
  step.node.life_retry_at = step.now + step.node.config.lease->renewal;
}

void on_life_claimed(const Step& step, const Settled& settled) {
  if (!settled.applied()) {
    step.node.life_retry_at = step.now + store_retry_after(step);
    return;
  }
  Bytes<32> secret = step.node.random.draw<32>();
  step.node.owner_secret = Key32::take(secret);
  step.node.life = settled.written;
  begin_lease(step);
  begin_load(step);
}

void lose_life(const Step& step) {
  Node& node = step.node;
  step.count("life_lost");
  const std::span<Session* const> living = node.sessions.in_turn();
  const std::vector<Session*> all(living.begin(), living.end());  // they leave the index
  for (Session* session : all) lose_session(step, *session);
  node.incarnation = drawn_number(step);
  node.life.clear();
  node.cluster = ClusterState{};
  forget_unsaid(step);
  step.out.push_back(SetServingDeadline{step.now});
  const Duration spread = kReclaimSpread / 256 * static_cast<int>(node.incarnation % 256);
  node.life_retry_at = step.now + kStoreFirstRetry + spread;
}

}  // namespace jvpn
