// SPDX-License-Identifier: Apache-2.0
// Small records: which session a peer has, which life of a node counts, that it lives, and who
// wants to serve a session.
#pragma once

#include <optional>

#include "control/records/record.h"

namespace jvpn {

/// Moved by the transaction that confirms a newer session of the peer.
struct PeerRecord {
  AttemptId attempt;
  SessionId session;
  bool operator==(const PeerRecord&) const = default;
};

/// Changes only when a node starts, or is fenced. Every transaction of the node compares it whole:
/// once it is another value, that life can commit nothing more.
struct LifeRecord {
  AttemptId attempt;
  std::uint64_t incarnation = 0;
  bool fenced = false;
  Owner by;  ///< who fenced it
  bool operator==(const LifeRecord&) const = default;
};

/// Changes with every renewal: a value that stays the same for long enough on somebody else's clock
/// says that the node's serving deadline has passed.
struct RenewalRecord {
  AttemptId attempt;
  std::uint64_t incarnation = 0;
  std::uint64_t sequence = 0;
  std::uint64_t tick_ms = 0;  ///< the node's clock
  bool draining = false;
  bool operator==(const RenewalRecord&) const = default;
};

/// "The client says that you do not answer: let me serve this session."
struct WishRecord {
  AttemptId attempt;
  SessionId session;
  Owner by;
  OwnerEpoch owner_epoch;  ///< of the owner who is asked
  bool operator==(const WishRecord&) const = default;
};

StoreValue write_record(const PeerRecord& record);
StoreValue write_record(const LifeRecord& record);
StoreValue write_record(const RenewalRecord& record);
StoreValue write_record(const WishRecord& record);

/// Each: nothing for any deviation.
std::optional<PeerRecord> read_peer_record(const StoreValue& value);
std::optional<LifeRecord> read_life_record(const StoreValue& value);
std::optional<RenewalRecord> read_renewal_record(const StoreValue& value);
std::optional<WishRecord> read_wish_record(const StoreValue& value);

}  // namespace jvpn
