// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/life.h"

#include "control/ownership/asking.h"
#include "control/records/node_records.h"
#include "control/records/store_keys.h"

namespace jvpn {
namespace {

void try_again_later(const Step& step) {
  step.node.life_retry_at = step.now + store_retry_after(step);
}

}  // namespace

void begin_life(const Step& step) {
  step.node.life_retry_at = Instant::never();
  ask(step, {AskedFor::read_life, {}, {}}, StoreRead{0, {life_key(step.node.config.node)}, {}});
}

void on_life_read(const Step& step, const Settled& settled) {
  if (!settled.applied()) return try_again_later(step);
  const StoreKey key = life_key(step.node.config.node);
  const StoreValue* found = settled.value_at(key);
  const std::optional<StoreValue> before = found ? std::optional(*found) : std::nullopt;
  const LifeRecord life{draw_attempt(step), step.node.incarnation, false, {}};
  ask(step, {AskedFor::claim_life, {}, {}},
      StoreTransaction{0, {{key, before}}, {{key, write_record(life)}}});
}

void on_life_claimed(const Step& step, const Settled& settled) {
  if (!settled.applied()) return try_again_later(step);
  step.node.life = settled.written;
}

}  // namespace jvpn
