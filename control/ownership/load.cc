// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/load.h"

#include "control/limits.h"
#include "control/ownership/adopt.h"
#include "control/ownership/asking.h"
#include "control/records/store_keys.h"

namespace jvpn {
namespace {

void raise_tombstone(const Step& step, SessionRecord record, const StoreValue& value) {
  step.node.tombstones.add(record.tag, {std::move(record.terminate), record.id, value},
                           step.now + step.policy().session.tombstone,
                           step.policy().limits.tombstones);
}

void sort_in(const Step& step, SessionRecord record, const StoreValue& value) {
  if (record.owner.node != step.node.config.node) return;
  if (record.state == State::terminated) return raise_tombstone(step, std::move(record), value);
  if (record.owner == step.node.owner()) return;  // born since, or taken in
  step.node.cluster.to_load.push_back(value);
}

}  // namespace

void begin_load(const Step& step) {
  ask(step, Errand(AskedFor::read_sessions), StoreRead{0, {}, std::string(kSessionKeys)});
}

void on_sessions_read(const Step& step, const Settled& settled) {
  for (const auto& [key, value] : settled.found) {
    auto record = value ? read_session_record(*value) : std::nullopt;
    if (!record || session_key(record->id) != key) {
      step.count("record_malformed");
    } else {
      sort_in(step, std::move(*record), *value);
    }
  }
  continue_load(step);
}

void continue_load(const Step& step) {
  ClusterState& cluster = step.node.cluster;
  while (!cluster.to_load.empty() && cluster.loading < kMaxLoading) {
    const StoreValue value = std::move(cluster.to_load.front());
    cluster.to_load.pop_front();
    const auto record = read_session_record(value);
    if (step.node.sessions.find(record->id) != nullptr) continue;
    ++cluster.loading;
    adopt(step, value, *record);
  }
}

void load_more(const Step& step) {
  ClusterState& cluster = step.node.cluster;
  if (cluster.loading != 0) --cluster.loading;
  continue_load(step);
}

}  // namespace jvpn
