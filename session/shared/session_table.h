// SPDX-License-Identifier: Apache-2.0
// The lock-free session table: where the two planes meet.
//
// Control publishes immutable snapshots with a release store; workers read them with one acquire
// load per packet and report a quiescent state once per turn. What control replaced or removed
// waits until every online worker has passed a quiescent state (rte_rcu_qsbr), then it is wiped and
// reused. A worker that stalls is reported by oldest_pending(), never waited for.
//
// All memory comes from the caller (hugepages in the gateway, plain memory in tests); nothing is
// allocated after create().
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "session/shared/occupant.h"
#include "session/shared/staged_keys.h"

namespace jvpn {

struct TableShape {
  std::uint32_t slots = 0;    ///< sessions at most; <= GatewayTag::kMaxSlots
  std::uint32_t readers = 0;  ///< workers, <= kMaxWorkers
  std::uint8_t node = 0;      ///< goes into the tags
};

/// Keys and identity of a new session, as install() takes them. The caller wipes its own copies.
struct SessionKeys {
  AeadKey uplink;
  AeadKey downlink;
  Bytes<32> control_open{};
};

/// What control reads of a session's worker-written lines. A consistent picture is not promised.
struct HealthSample {
  StateVersion bound_version;  ///< binding that the counts belong to
  std::uint64_t received = 0, peer_sent = 0, received_at_ask = 0;
  Instant evidence_at{0};      ///< 0: none over this binding
  std::uint32_t unechoed = 0;  ///< heartbeats in a row whose answer did not come back
  std::uint32_t rtt_us = 0;    ///< as the client measured it last; 0: not yet
  std::uint64_t bytes_up = 0, bytes_down = 0;
  std::uint64_t send_counter = 0;  ///< of the record's own key, as all that follows
  KeyEpoch key_epoch;
  KeyEpoch opened_key_epoch;  ///< newest under which anything was opened; 0: none yet
  std::uint64_t failed_opens = 0;
  std::uint64_t blocks = 0;  ///< of 16 bytes (key_budget.h), the busier direction
  std::uint64_t metered_up = 0, metered_down = 0;  ///< packets dropped beyond the peak rate
};

class SessionTable {
 public:
  /// Bytes of 64-aligned memory that create() needs; 0 for an impossible shape.
  static std::size_t memory_size(const TableShape& shape);
  /// `memory` stays the caller's and must outlive the table.
  static Result<SessionTable> create(ByteSpan memory, const TableShape& shape);
  SessionTable(SessionTable&&) noexcept;
  SessionTable& operator=(SessionTable&&) noexcept;
  ~SessionTable();

  // ---- control thread ------------------------------------------------------------------------
  /// Takes a free slot for a session whose owner is `worker`; its tag is final. Nothing when full.
  std::optional<Tag> reserve(std::uint8_t worker);
  /// Gives a reserved slot back that was never installed.
  void release(Tag tag);
  /// Writes keys and first snapshot, zeroes counters and window, publishes. Slot must be reserved.
  void install(Tag tag, const SessionKeys& keys, const Snapshot& first);
  /// Replaces the snapshot of an installed session. False: no free snapshot, because a worker
  /// stalls; nothing changed.
  bool publish(Tag tag, const Snapshot& next);
  /// What the session may carry from now on; its slot is reserved or installed. A slot keeps the
  /// limits of the session before: set them before install().
  void set_meters(Tag tag, const MeterProfile& up, const MeterProfile& down);
  /// Unpublishes; keys are wiped and the slot is reused after the grace period.
  void remove(Tag tag);
  /// Room for a second key epoch of an installed session. False: the pool is empty, or the last
  /// rekey's block has not come back yet. A reservation is used by stage_keys() or given back by
  /// drop_keys(), and goes with its session.
  bool reserve_keys(Tag tag);
  /// Puts the next epoch's keys beside the record's own, counter and window at zero; what `keys`
  /// says of control is not looked at. Needs a reservation.
  void stage_keys(Tag tag, KeyEpoch epoch, const SessionKeys& keys);
  /// Staged keys become the record's own: its owner worker moves them, then HealthSample shows
  /// their epoch, and the old ones are gone.
  void retire_keys(Tag tag);
  /// Takes staged keys (or only their reservation) back before they retire anything.
  void drop_keys(Tag tag);
  std::uint32_t free_key_blocks() const;
  /// Frees what every worker has let go of. Call each step. Returns how many were freed.
  std::size_t reclaim();
  /// How long the oldest removal or replacement has been waiting: 1 before its first reclaim(), one
  /// more with each that could not free it. 0: none waits.
  std::uint64_t oldest_pending() const;
  std::optional<HealthSample> sample(Tag tag) const;
  std::uint32_t free_slots() const;
  /// Live sessions that a worker owns.
  std::uint32_t sessions_of(std::uint8_t worker) const;
  /// For what else workers look into: what was unpublished before this call may be reused when the
  /// returned grace period is over, because every worker has reported a quiescent state since.
  std::uint64_t begin_grace();
  bool is_over(std::uint64_t grace) const;

  // ---- workers -------------------------------------------------------------------------------
  void reader_online(std::uint32_t reader);
  void reader_offline(std::uint32_t reader);
  /// Nothing read from the table before this is used afterwards.
  void quiescent(std::uint32_t reader);
  /// Moves some of the staged keys that retire into the records of this worker's sessions. Call
  /// each turn, outside of bursts.
  void move_retired(std::uint32_t reader);
  /// Where a session lives, or may live; both null: nowhere.
  struct Slot {
    const Occupant* occupant = nullptr;
    TableRecord* record = nullptr;
  };
  /// Of a tag's session, whether or not it lives; nowhere when the tag is another node's or out of
  /// range. For prefetching.
  Slot slot(Tag tag) const {
    const GatewayTag parts = GatewayTag::unpack(tag);
    return parts.node == node_ ? slot_at(parts.slot) : Slot{};
  }
  /// Nowhere when out of range.
  Slot slot_at(std::uint32_t slot) const {
    return slot < slots_ ? Slot{occupants_ + slot, records_ + slot} : Slot{};
  }
  TableRecord* record(Tag tag) const { return slot(tag).record; }
  /// The live snapshot of the session with that tag, or null.
  const Snapshot* find(Tag tag) const {
    const Slot place = slot(tag);
    if (place.occupant == nullptr) return nullptr;
    const Snapshot* const snapshot = place.occupant->snapshot();
    return place.occupant->tag() == tag ? snapshot : nullptr;
  }

 private:
  struct State;
  explicit SessionTable(State* state);
  State* state_ = nullptr;
  // Copies of what never changes, so that looking up touches no line but the slot's.
  Occupant* occupants_ = nullptr;
  TableRecord* records_ = nullptr;
  std::uint32_t slots_ = 0;
  std::uint8_t node_ = 0;
};

}  // namespace jvpn
