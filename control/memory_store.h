// SPDX-License-Identifier: Apache-2.0
// The ownership store of a single node that forgets with its process: a map, compared and set for
// real, answered at once.
//
//   birth      id and peer have nothing stored                     -> stored at `next`
//   bind       stored at `expected`, `next` is higher             -> stored at `next`
//   terminate  stored at `expected`                               -> gone
#pragma once

#include <map>

#include "control/ownership_store.h"

namespace jvpn {

class MemoryStore final : public OwnershipStore {
 public:
  void commit(const CommitRequest& request) override;
  std::vector<CommitResult> take_results() override;
  std::size_t sessions() const { return versions_.size(); }

 private:
  bool apply(const CommitRequest& request);
  bool insert(const CommitRequest& request);

  std::map<SessionId, StateVersion> versions_;
  std::map<PeerKey, SessionId> by_peer_;
  std::vector<CommitResult> results_;
};

}  // namespace jvpn
