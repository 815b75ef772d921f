// SPDX-License-Identifier: Apache-2.0
// One record per slot, found by arithmetic, so that a worker can prefetch what it will read while
// it still parses the packet. Which session lives there is asked of a smaller array before
// (occupant.h). A data packet touches as few lines as possible: of the record one line per
// direction, of the snapshot its first line, downlink over IPv6 also the last; and the lines of the
// key that its size needs.
//
//   line 0       extras     next keys, limits, uplink meter: few have any          both write
//   line 1       control    key that opens control messages, holder  control writes, worker reads
//   line 2       health     what heartbeats showed                   worker writes, control reads
//   line 3       downlink   send counter, meter and counts           worker writes, control reads
//   lines 4-20   uplink     counts, use of the key, replay window    worker writes, control reads
//   lines 21-36  uplink key                                          control writes before
//   lines 37-52  downlink key                                          publication, then worker
//
// 53 lines, or 61: a key of ipsec-mb 2.0 takes 20 lines instead of 16. Odd, so that equal lines of
// neighbouring records spread over cache sets. The keys of the next epoch, while there are any, lie
// in a block of their own (staged_keys.h).
#pragma once

#include <atomic>
#include <bit>

#include "crypto/aead.h"
#include "session/core/heartbeat.h"
#include "session/core/meter.h"
#include "session/core/rate_bucket.h"
#include "session/core/replay_window.h"
#include "session/core/session_view.h"

namespace jvpn {

/// Outer headers of downlink packets, ready but for lengths and checksum: Ethernet, IPv4 or IPv6,
/// UDP. Built by the data plane, opaque here.
struct OuterTemplate {
  Bytes<62> bytes{};
  std::uint16_t next_hop = 0;  ///< index of the neighbour whose MAC goes in front
};
static_assert(sizeof(OuterTemplate) == 64);

/// Immutable once published. One line for what each data packet needs to know, one for the rest of
/// the view, one for the downlink's headers.
struct alignas(64) Snapshot {
  SessionView view;
  OuterTemplate outer;
};
static_assert(sizeof(Snapshot) == 192 && offsetof(Snapshot, outer) == 128);

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
  /// Asked of the bits: 0, of either sign, is all zeros but for the sign.
  bool is_unlimited() const {
    return std::bit_cast<std::uint32_t>(peak.load(std::memory_order_relaxed).cost) << 1 == 0;
  }
};
static_assert(std::atomic<MeterBucket>::is_always_lock_free);

struct StagedKeys;

/// What a worker looks at only when the slot's traits say so.
struct alignas(64) RecordExtras {
  /// Keys of the next epoch, or null. Written by control with release (SessionTable::stage_keys),
  /// read by the owner worker with acquire (staged_keys.h); the block is reused only after a grace
  /// period.
  std::atomic<StagedKeys*> staged{nullptr};
  PublishedMeter meter_up;
  PublishedMeter meter_down;
  /// The owner worker's alone: of the uplink, whose line has no room.
  MeterState meter_up_state;
  /// Packets that the downlink's meter dropped: the owner worker's, relaxed.
  std::atomic<std::uint64_t> metered_down{0};
};
static_assert(sizeof(RecordExtras) == 64);

struct alignas(64) RecordControl {
  Bytes<32> open_key{};  ///< control key client -> gateway
  /// What the owner worker holds for the session: an index of its own, 0 for nothing. Zeroed by
  /// control before publication, then the worker's, relaxed.
  std::atomic<std::uint32_t> holder{0};
  /// Of control messages that workers open: any worker's, for a REQUEST comes by any of them.
  SmallRateBucket opens;
  // Of heartbeat replies: the owner worker's, relaxed.
  std::atomic<std::int64_t> next_reply_ns{0};  ///< none before
  std::atomic<std::uint64_t> replies{0};       ///< made over all bindings; numbers their nonces
  std::atomic<std::uint64_t> metered_up{0};    ///< packets that the meter dropped; the same's
};
static_assert(sizeof(RecordControl) == 64);

// All fields of the following: one writer (the owner worker), relaxed stores; control samples them
// with relaxed loads. Per-binding counts start afresh when `bound_version` differs from the
// snapshot's.

/// What data packets leave alone: a binding as its heartbeats show it.
struct alignas(64) HealthLine {
  /// Binding that the rest is of, as below; begins with its first ask, behind the uplink's.
  std::atomic<std::uint64_t> bound_version{0};
  std::atomic<std::uint64_t> peer_sent{0};  ///< what the client says it sent over this binding
  std::atomic<std::uint64_t> received_at_ask{0};  ///< UplinkLines::received when it said so
  std::atomic<std::int64_t> evidence_ns{0};  ///< when our nonce last came back, over this binding
  std::atomic<std::uint64_t> evidenced{0};   ///< number of the newest reply that was echoed
  std::atomic<std::int64_t> next_notice_ns{0};  ///< no unbound punt before
  std::atomic<std::uint32_t> unechoed{0};  ///< asks in a row that echoed no answer of ours anew
  std::atomic<std::uint32_t> rtt_us{0};    ///< round trip that the client measured last; 0: none
};
static_assert(sizeof(HealthLine) == 64);

/// What a downlink key has been used for. Zeroed before the key is first published, never after;
/// moves with the key.
struct SealingUse {
  std::atomic<std::uint64_t> next_counter{0};
  std::atomic<std::uint64_t> blocks{0};  ///< of 16 bytes (key_budget.h)
  std::atomic<std::uint32_t> key_epoch{0};
};

/// The same for an uplink key, and the window of counters that it has accepted.
struct OpeningUse {
  std::atomic<std::uint64_t> blocks{0};  ///< of what was authentic; 0: nothing was, ever
  std::atomic<std::uint64_t> failed_opens{0};
  std::atomic<std::uint32_t> key_epoch{0};
  ReplayWindow replay;  ///< worker only
};

/// First line: all that an uplink packet reads and writes, unless it is far from the newest or
/// begins a new word of the window.
struct alignas(64) UplinkLines {
  std::atomic<std::uint64_t> bound_version{0};  ///< packed version of the binding the counts are of
  std::atomic<std::uint64_t> received{0};       ///< data packets over this binding
  std::atomic<std::uint64_t> bytes{0};          ///< inner bytes delivered, all bindings
  OpeningUse key;                               ///< of the record's own key
};
static_assert(sizeof(UplinkLines) == 17 * 64);

struct alignas(64) DownlinkLine {
  SealingUse key;                               ///< of the record's own key
  std::atomic<std::uint64_t> sent{0};           ///< data packets over this binding
  std::atomic<std::uint64_t> bound_version{0};  ///< binding that `sent` is of
  std::atomic<std::uint64_t> bytes{0};          ///< inner bytes sealed, all bindings
  MeterState meter;                             ///< worker only
};
static_assert(sizeof(DownlinkLine) == 64);

struct alignas(64) TableRecord {
  RecordExtras extras;
  RecordControl control;
  HealthLine health;
  DownlinkLine downlink;
  UplinkLines uplink;
  AeadKey uplink_key;
  AeadKey downlink_key;
};
static_assert(sizeof(TableRecord) == 21 * 64 + 2 * sizeof(AeadKey));
static_assert(sizeof(TableRecord) / 64 % 2 == 1);

/// Owner worker: whether an ask over the present binding was overtaken on its way. Its counts are
/// of a binding before this one, or of before a later ask, and would make what came since look
/// lost. The health line follows the binding.
inline bool is_overtaken(const Heartbeat& ask, const TableRecord& record) {
  return ask.version.packed() < record.uplink.bound_version.load(std::memory_order_relaxed) ||
         ask.sent < record.health.peer_sent.load(std::memory_order_relaxed);
}

}  // namespace jvpn
