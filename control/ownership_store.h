// SPDX-License-Identifier: Apache-2.0
// The seam to the ownership store: who owns a session, and at which version it was last committed.
// A store answers by and by, in the order it likes, once per ticket.
#pragma once

#include <vector>

#include "control/core.h"

namespace jvpn {

struct CommitResult {
  std::uint64_t ticket = 0;
  bool committed = false;
};

class OwnershipStore {
 public:
  virtual ~OwnershipStore() = default;
  /// Begins one compare-and-set. Does not block.
  virtual void commit(const CommitRequest& request) = 0;
  /// What has been settled since the last call.
  virtual std::vector<CommitResult> take_results() = 0;
};

}  // namespace jvpn
