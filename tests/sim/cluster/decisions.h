// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "control/ownership_store.h"
#include "control/records/record.h"
#include "control/records/store_keys.h"

namespace jvpn::sim {

/// When a node decided what it asks the store for: a question that is put again because nobody
/// knows what became of it is still the first one's decision.
class Decisions {
 public:
  void asked(const StoreTransaction& transaction, Instant now) {
    const StoreWrite& write = transaction.writes.front();
    if (!write.value || !write.key.starts_with(kSessionKeys)) return;
    Decision& last = last_[write.key];
    const bool is_repeated = !last.value.empty() && same_change(last.value, *write.value);
    if (!is_repeated) last = {*write.value, now};
  }
  /// What is published of this session now was decided then.
  Instant of(const SessionId& id, Instant now) const {
    const auto found = last_.find(session_key(id));
    return found == last_.end() ? now : found->second.at;
  }

 private:
  struct Decision {
    StoreValue value;
    Instant at;
  };
  std::map<StoreKey, Decision> last_;
};

}  // namespace jvpn::sim
