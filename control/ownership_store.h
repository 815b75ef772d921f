// SPDX-License-Identifier: Apache-2.0
// The seam to the ownership store: keys and values are bytes, a transaction compares whole values
// and then writes, all or nothing. LMDB and etcd can both do exactly this.
//
// A store answers by and by, in the order it likes, once per ticket. Ownership rests on successful
// transactions and on nothing else: not on leases, watches or revisions (docs/CLUSTER.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/store_bytes.h"

namespace jvpn {

using StoreKey = StoreBytes;
using StoreValue = StoreBytes;

struct StoreCompare {
  StoreKey key;
  std::optional<StoreValue> expected;  ///< the whole value; nothing: the key must not exist
};
struct StoreWrite {
  StoreKey key;
  std::optional<StoreValue> value;  ///< nothing: delete the key
};
/// All compares hold: all writes are carried out, in one step. Else none.
struct StoreTransaction {
  std::uint64_t ticket = 0;
  std::vector<StoreCompare> compares;
  std::vector<StoreWrite> writes;
};
struct StoreRead {
  std::uint64_t ticket = 0;
  std::vector<StoreKey> keys;
  std::string prefix;  ///< not empty: also every key that begins with it
};

enum class StoreOutcome : std::uint8_t {
  applied,      ///< done; of a read: here is what was asked for
  refused,      ///< some compare did not hold: nothing was written
  unknown,      ///< it may have been applied, or may yet be, or not
  unavailable,  ///< surely not applied, now or later
};
struct StoreReply {
  std::uint64_t ticket = 0;
  StoreOutcome outcome = StoreOutcome::unavailable;
  /// Refused: the compared keys as they are. Read: every key asked for, and those with the prefix.
  std::vector<std::pair<StoreKey, std::optional<StoreValue>>> values;
};

class OwnershipStore {
 public:
  virtual ~OwnershipStore() = default;
  /// Begins; does not block.
  virtual void begin(const StoreTransaction& transaction) = 0;
  virtual void begin(const StoreRead& read) = 0;
  /// What has been settled since the last call.
  virtual std::vector<StoreReply> take_replies() = 0;
};

}  // namespace jvpn
