// SPDX-License-Identifier: Apache-2.0
#include "control/memory_store.h"

#include <utility>

namespace jvpn {

void MemoryStore::commit(const CommitRequest& request) {
  results_.push_back({request.ticket, apply(request)});
}

std::vector<CommitResult> MemoryStore::take_results() {
  return std::exchange(results_, {});
}

bool MemoryStore::apply(const CommitRequest& request) {
  if (request.kind == CommitKind::birth) return insert(request);
  const auto found = versions_.find(request.session);
  if (found == versions_.end() || found->second != request.expected) return false;
  if (request.next <= request.expected) return false;
  if (request.kind == CommitKind::bind) {
    found->second = request.next;
  } else {
    versions_.erase(found);
    by_peer_.erase(request.peer);
  }
  return true;
}

bool MemoryStore::insert(const CommitRequest& request) {
  if (request.expected != StateVersion{} || versions_.contains(request.session)) return false;
  if (!by_peer_.emplace(request.peer, request.session).second) return false;
  versions_.emplace(request.session, request.next);
  return true;
}

}  // namespace jvpn
