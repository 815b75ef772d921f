// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/leases.h"

#include "control/core.h"
#include "control/records/node_records.h"
#include "control/records/session_record.h"
#include "control/records/store_keys.h"

namespace jvpn::sim {
namespace {

/// A lease's TTL by a clock that is as slow as leases allow for.
constexpr Duration kLongestTtl = LeaseTimes{}.ttl + LeaseTimes{}.ttl / 100;

}  // namespace

void Leases::applied(std::uint8_t node, const StoreTransaction& transaction, Instant sent) {
  if (!enforced) return;
  for (const StoreWrite& write : transaction.writes) {
    if (write.key == renewal_key(node)) lives_[node].until = sent + kLongestTtl;
    if (write.key.starts_with(kSessionKeys)) note_session(node, write);
    for (std::uint8_t of = 1; of != 0 && write.value && write.key.starts_with("n/"); ++of) {
      if (write.key == life_key(of)) note_life(of, *write.value);
    }
  }
}

void Leases::note_life(std::uint8_t of, const StoreValue& value) {
  const auto record = read_life_record(value);
  if (!record) return breaches_.add("I16", "a life that cannot be read");
  Life& life = lives_[of];
  if (life.incarnation != record->incarnation) life = Life{};
  life.incarnation = record->incarnation;
  life.fenced = record->fenced;
}

void Leases::note_session(std::uint8_t by, const StoreWrite& write) {
  if (lives_[by].fenced) {
    breaches_.add("I16", "a fenced life changed a session: node " + std::to_string(by));
  }
  const auto before = owners_.find(write.key);
  if (before != owners_.end() && before->second.node != by) {
    const Life& former = lives_[before->second.node];
    if (!former.fenced && former.incarnation == before->second.incarnation) {
      breaches_.add("I1", "taken from a node whose life counts: " + std::string(write.key));
    }
  }
  const auto record = write.value ? read_session_record(*write.value) : std::nullopt;
  if (write.value && !record) return breaches_.add("I16", "a session that cannot be read");
  if (record) {
    owners_[write.key] = record->owner;
  } else {
    owners_.erase(write.key);
  }
}

void Leases::serves(std::uint8_t node, Instant now) {
  if (!enforced) return;
  const Life& life = lives_[node];
  if (life.fenced) breaches_.add("I16", "data served by a fenced life of " + std::to_string(node));
  if (now < life.until) return;
  breaches_.add("I16", "data served behind the deadline by node " + std::to_string(node));
}

}  // namespace jvpn::sim
