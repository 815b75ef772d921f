// SPDX-License-Identifier: Apache-2.0
// The ownership store of a single node that forgets with its process: a map, compared and set for
// real, answered at once.
#pragma once

#include <unordered_map>

#include "control/ownership_store.h"

namespace jvpn {

class MemoryStore final : public OwnershipStore {
 public:
  using Content = std::unordered_map<StoreKey, StoreValue>;

  void begin(const StoreTransaction& transaction) override;
  void begin(const StoreRead& read) override;
  std::vector<StoreReply> take_replies() override;
  const Content& content() const { return content_; }

 private:
  Content content_;
  std::vector<StoreReply> replies_;
};

/// Compares and, if everything holds, writes.
StoreReply apply(MemoryStore::Content& content, const StoreTransaction& transaction);
StoreReply look_up(const MemoryStore::Content& content, const StoreRead& read);

}  // namespace jvpn
