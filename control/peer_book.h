// SPDX-License-Identifier: Apache-2.0
// The provisioned peers and the one session that each may have.
#pragma once

#include <map>

#include "base/boxed.h"
#include "control/birth_state.h"
#include "control/core.h"
#include "control/ownership/cluster_state.h"
#include "control/records/session_record.h"
#include "control/sliding_window.h"

namespace jvpn {

/// A confirmed birth on its way through the ownership store.
struct PendingBirth {
  BirthState birth;
  Tag tag;  ///< reserved for it
  MessageNumber number;
  std::size_t answer_limit = 0;
  SealedRoot resume{};  ///< as the store gets it
  bool asked = false;   ///< the store, and it has not settled it yet
};

struct Peer {
  const PeerConfig* config = nullptr;
  SessionId session;             ///< zero: none; its closing one stays until the store has it
  std::uint64_t last_birth = 0;  ///< no birth up to this one may be confirmed any more
  Boxed<PendingBirth> pending;
  /// An INIT whose client believes to have a session that is not ours, while the store is asked.
  Boxed<Held> asking;
  bool reading = false;
  SlidingWindow supersedes;
  Instant next_conflict_event{0};
};

class PeerBook {
 public:
  explicit PeerBook(const std::vector<PeerConfig>& peers);
  Peer* find(const PeerKey& key);

 private:
  std::map<PeerKey, Peer> by_key_;
};

}  // namespace jvpn
