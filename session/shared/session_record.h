// SPDX-License-Identifier: Apache-2.0
// One record per slot, found by arithmetic, so that a worker can prefetch every line of it while it
// still parses the packet.
//
//   line 0       head       snapshot pointer, tag, next keys, limits control writes, workers read
//   line 1       control    key that opens control messages, holder  control writes, worker reads
//   line 2       uplink     health and counts of what came in        worker writes, control reads
//   line 3       downlink   send counter, meter and counts           worker writes, control reads
//   lines 4-20   opening    use of the uplink key, meter, window     worker writes, control reads
//   lines 21-36  uplink key                                          control writes before
//   lines 37-52  downlink key                                          publication, then worker
//
// 53 lines: odd, so that equal lines of neighbouring records spread over cache sets. The keys of
// the next epoch, while there are any, lie in a block of their own (staged_keys.h).
#pragma once

#include <atomic>

#include "crypto/aead.h"
#include "session/core/heartbeat.h"
#include "session/core/meter.h"
#include "session/core/replay_window.h"
#include "session/core/session_view.h"

namespace jvpn {

/// Outer headers of downlink packets, ready but for lengths and checksum: Ethernet (+ VLAN), IPv4
/// or IPv6, UDP. Built by the data plane, opaque here.
struct OuterTemplate {
  Bytes<66> bytes{};
  std::uint8_t size = 0;  ///< bytes used; 0: none
  std::uint8_t ip_offset = 0;
  std::uint16_t next_hop = 0;  ///< index of the neighbour whose MAC goes in front
};

/// Immutable once published; at most three cache lines are read per packet.
struct alignas(64) Snapshot {
  SessionView view;
  OuterTemplate outer;
};
static_assert(sizeof(Snapshot) == 192);

/// The limits of one direction. Written by control, read by the owner worker, relaxed: each bucket
/// is whole, and a packet that meets a new one beside an old one is measured by a bit of both.
struct PublishedMeter {
  std::atomic<MeterBucket> committed{};
  std::atomic<MeterBucket> peak{};

  void publish(const MeterProfile& profile) {
    committed.store(profile.committed, std::memory_order_relaxed);
    peak.store(profile.peak, std::memory_order_relaxed);
  }
  MeterProfile get() const {
    return {committed.load(std::memory_order_relaxed), peak.load(std::memory_order_relaxed)};
  }
  bool is_unlimited() const { return peak.load(std::memory_order_relaxed).cost == 0; }
};
static_assert(std::atomic<MeterBucket>::is_always_lock_free);

struct StagedKeys;

struct alignas(64) RecordHead {
  /// Written by control with release, read by workers with acquire (SessionTable::publish, find).
  std::atomic<const Snapshot*> snapshot{nullptr};
  /// The tag that the slot answers to, whole: a stale generation or a made-up owner worker never
  /// matches. Written by control, relaxed (SessionTable::reserve, remove, find). The downlink reads
  /// the owner worker out of it.
  std::atomic<std::uint64_t> tag{0};
  /// Keys of the next epoch, or null. Written by control with release (SessionTable::stage_keys),
  /// read by the owner worker with acquire (staged_keys.h); the block is reused only after a grace
  /// period.
  std::atomic<StagedKeys*> staged{nullptr};
  PublishedMeter meter_up;
  PublishedMeter meter_down;
  /// Packets that the meter dropped: the owner worker's, relaxed, and only when it drops one.
  std::atomic<std::uint64_t> metered_down{0};
};
static_assert(sizeof(RecordHead) == 64);

struct alignas(64) RecordControl {
  Bytes<32> open_key{};  ///< control key client -> gateway
  /// What the owner worker holds for the session: an index of its own, 0 for nothing. Zeroed by
  /// control before publication, then the worker's, relaxed.
  std::atomic<std::uint32_t> holder{0};
  // What the present binding's heartbeats show besides evidence: the owner worker's, relaxed.
  std::atomic<std::uint32_t> unechoed{0};  ///< asks in a row that echoed no answer of ours anew
  std::atomic<std::uint32_t> rtt_us{0};    ///< round trip that the client measured last; 0: none
  std::atomic<std::int64_t> next_reply_ns{0};  ///< no heartbeat reply before
  std::atomic<std::uint64_t> replies{0};       ///< made over all bindings; numbers their nonces
};
static_assert(sizeof(RecordControl) == 64);

/// All fields: one writer (the owner worker), relaxed stores; control samples them with relaxed
/// loads. Per-binding counts start afresh when `bound_version` differs from the snapshot's.
struct alignas(64) UplinkLine {
  std::atomic<std::uint64_t> bound_version{0};  ///< packed version of the binding the counts are of
  std::atomic<std::uint64_t> received{0};       ///< data packets over this binding
  std::atomic<std::uint64_t> peer_sent{0};      ///< what the client says it sent over this binding
  std::atomic<std::uint64_t> received_at_ask{0};  ///< `received` when it said so
  std::atomic<std::int64_t> evidence_ns{0};  ///< when our nonce last came back, over this binding
  std::atomic<std::uint64_t> evidenced{0};   ///< number of the newest reply that was echoed
  std::atomic<std::int64_t> next_notice_ns{0};  ///< no unbound punt before
  std::atomic<std::uint64_t> bytes{0};          ///< inner bytes delivered, all bindings
};
static_assert(sizeof(UplinkLine) == 64);

/// Owner worker: whether an ask over the present binding was overtaken on its way. Its counts are
/// of a binding before this one, or of before a later ask, and would make what came since look
/// lost.
inline bool is_overtaken(const Heartbeat& ask, const UplinkLine& up) {
  return ask.version.packed() < up.bound_version.load(std::memory_order_relaxed) ||
         ask.sent < up.peer_sent.load(std::memory_order_relaxed);
}

/// What a downlink key has been used for. Zeroed before the key is first published, never after;
/// moves with the key.
struct SealingUse {
  std::atomic<std::uint64_t> next_counter{0};
  std::atomic<std::uint64_t> blocks{0};  ///< of 16 bytes (key_budget.h)
  std::atomic<std::uint32_t> key_epoch{0};
};

/// The same for an uplink key, and the window of counters that it has accepted. Where there was
/// room, the uplink meter: the session's, so that only the one in the record counts.
struct alignas(64) OpeningUse {
  std::atomic<std::uint64_t> blocks{0};  ///< of what was authentic; 0: nothing was, ever
  std::atomic<std::uint64_t> failed_opens{0};
  std::atomic<std::uint32_t> key_epoch{0};
  MeterState meter;                          ///< worker only
  std::atomic<std::uint64_t> metered_up{0};  ///< packets that the meter dropped
  ReplayWindow replay;                       ///< worker only
};
static_assert(sizeof(OpeningUse) == 17 * 64);

struct alignas(64) DownlinkLine {
  SealingUse key;                               ///< of the record's own key
  std::atomic<std::uint64_t> sent{0};           ///< data packets over this binding
  std::atomic<std::uint64_t> bound_version{0};  ///< binding that `sent` is of
  std::atomic<std::uint64_t> bytes{0};          ///< inner bytes sealed, all bindings
  MeterState meter;                             ///< worker only
};
static_assert(sizeof(DownlinkLine) == 64);

struct alignas(64) TableRecord {
  RecordHead head;
  RecordControl control;
  UplinkLine uplink;
  DownlinkLine downlink;
  OpeningUse opening;
  AeadKey uplink_key;
  AeadKey downlink_key;
};
static_assert(sizeof(TableRecord) == 53 * 64);

}  // namespace jvpn
