// SPDX-License-Identifier: Apache-2.0
// What a node knows of its own life, of other nodes' lives, and of sessions on their way to it.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "control/core.h"
#include "control/records/node_records.h"
#include "control/records/session_record.h"

namespace jvpn {

/// Our own renewals. docs/CLUSTER.md, "Fencing".
struct Lease {
  StoreValue renewal;  ///< as the store has it; empty: none yet
  std::uint64_t sequence = 0;
  Instant sent_at{0};  ///< when the one under way was sent first
  bool asked = false;
  Instant due = Instant::never();
  Instant serving_until{0};
};

/// Another node, or an earlier life of ours, as we have watched its records.
struct Watch {
  std::optional<StoreValue> life;
  std::optional<StoreValue> renewal;
  Instant unchanged_since{0};
  bool read = false;   ///< at least once
  bool moved = false;  ///< we have seen it change
  bool asked = false;
  bool fencing = false;
  Instant wanted_until{0};
};

/// A datagram that waits for the store.
struct Held {
  std::vector<std::uint8_t> datagram;
  Arrival from;
};

/// A session of another owner that its client asks us for.
struct Takeover {
  StoreValue value;  ///< its record as last read
  std::optional<SessionRecord> record;
  Instant read_at{0};
  bool reading = false;
  std::uint64_t read_number = 0;  ///< of the latest read; what older ones find may be of the past
  bool changing = false;          ///< we have asked for a change of it
  bool wanted = false;         ///< its client has proven where it is, or its peer has a newer birth
  StoreValue wish;             ///< ours, as the store has it
  std::optional<Held> asked;   ///< the latest datagram, until the record is there
  std::optional<Held> proven;  ///< the CONFIRM that goes on once the session is ours
  Instant until{0};
};

struct ClusterState {
  Lease lease;
  std::map<std::uint8_t, Watch> watches;
  std::map<SessionId, Takeover> takeovers;
  /// Asked of the store to be ours, and not settled: what a read finds of them waits for the
  /// answer.
  std::set<SessionId> adopting;
  std::deque<StoreValue> to_load;  ///< sessions of our earlier life
  std::size_t loading = 0;         ///< of them, asked for
  std::uint64_t reads = 0;         ///< so far
  Instant next_poll = Instant::never();
  bool polling = false;
  bool draining = false;
  MigrateTargets drain_to{};
  std::uint32_t migrations_left = 0;
};

}  // namespace jvpn
