// SPDX-License-Identifier: Apache-2.0
// Where packets wait for their session's next binding: buffers of a pool of their own, never those
// that the ports receive into, and one holder per session that has any.
//
//   record --index--> Holder: down  [oldest] - [ ] - [newest]   unsealed, for the client
//                             up    [oldest] - [newest]         opened, unmarked, of one source
//
// The pool is bounded. When it is used up, the oldest packet of the largest holder goes, so that a
// session's share shrinks with the number of those that wait. Every operation takes a bounded time:
// holders of one size are linked, and a size changes by one.
//
// One per worker, made by control before the first packet; then the worker's alone.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "dataplane/burst.h"
#include "dataplane/worker_counters.h"

namespace jvpn {

/// What a held buffer remembers of its packet, in its private area.
struct HeldPacket {
  rte_mbuf* older = nullptr;
  rte_mbuf* newer = nullptr;
  Instant until;
  std::uint64_t counter = 0;  ///< up: as in its data header
  KeyEpoch key_epoch;         ///< up: whose window it will be marked in
  std::uint8_t link = 0;      ///< up: underlay that it came in by
  std::uint8_t ecn = 0;
};
inline HeldPacket& held(rte_mbuf* frame) {
  return *static_cast<HeldPacket*>(rte_mbuf_to_priv(frame));
}

struct HeldQueue {
  rte_mbuf* oldest = nullptr;
  rte_mbuf* newest = nullptr;
  std::uint32_t size = 0;
};

struct Holder {
  Tag tag;
  TableRecord* record = nullptr;
  HeldQueue down;
  HeldQueue up;
  Endpoint source;                       ///< of all in `up`
  std::uint64_t bound_version = 0;       ///< packed, when the first of `up` came
  std::uint32_t place = 0;               ///< among the live ones
  std::uint32_t previous = 0, next = 0;  ///< of the same size; 0: none

  /// 0: it has ended.
  std::uint32_t size() const { return down.size + up.size; }
};

class HoldBuffers {
 public:
  /// Room for `packets` packets of up to `room` bytes, data header included, near a NUMA socket.
  /// Errors: no memory.
  static Result<std::unique_ptr<HoldBuffers>> create(const std::string& name, std::uint32_t packets,
                                                     std::uint16_t room,
                                                     int socket = SOCKET_ID_ANY);
  HoldBuffers(const HoldBuffers&) = delete;
  HoldBuffers& operator=(const HoldBuffers&) = delete;
  ~HoldBuffers();

  bool empty() const { return live_count_ == 0; }
  /// The session's holder; null when nothing of it is held.
  Holder* of(const TableRecord& record, Tag tag);
  /// The next holder of a round through all; null when there is none.
  Holder* next();

  /// An empty buffer, made room for by dropping the oldest packet of the largest holder if it must
  /// be. Null: none, because devices still have what was released.
  rte_mbuf* take(WorkerCounters& counters);
  void give_back(rte_mbuf* unused) { rte_pktmbuf_free(unused); }
  /// The session's holder, a new one if need be: append() or insert() follows.
  Holder& holder(TableRecord& record, Tag tag);
  void append(Holder& holder, HeldQueue& queue, rte_mbuf* frame);
  /// Before `newer`, which is in the queue.
  void insert(Holder& holder, HeldQueue& queue, rte_mbuf* frame, rte_mbuf* newer);

  /// Takes the oldest packet out of its queue, which is not empty: no longer held, the caller's.
  rte_mbuf* release(Holder& holder, HeldQueue& queue, WorkerCounters& counters);
  /// The oldest packet of either queue gets `why` and is gone.
  void drop_oldest(Holder& holder, Verdict why, WorkerCounters& counters);
  void drop(Holder& holder, HeldQueue& queue, Verdict why, WorkerCounters& counters);
  void drop_all(Holder& holder, Verdict why, WorkerCounters& counters);
  /// What has waited its time.
  void drop_expired(Holder& holder, Instant now, WorkerCounters& counters);

  /// For a release: packets go through the stages as any others do.
  Burst& burst() { return burst_; }
  std::uint32_t room() const { return room_; }

 private:
  HoldBuffers(rte_mempool* pool, std::uint32_t packets, std::uint16_t room);
  std::uint32_t index_of(const Holder& holder) const {
    return static_cast<std::uint32_t>(&holder - holders_.data());
  }
  void link(Holder& holder);
  void unlink(Holder& holder);
  void end(Holder& holder);

  rte_mempool* pool_;
  std::uint32_t capacity_;
  std::uint32_t room_;
  std::uint32_t held_ = 0;
  std::uint32_t largest_ = 0;        ///< size of the largest holder
  std::vector<Holder> holders_;      ///< from 1
  std::vector<std::uint32_t> live_;  ///< indices; the first live_count_ are live, the rest free
  std::uint32_t live_count_ = 0;
  std::uint32_t round_ = 0;             ///< place of the next holder of next()
  std::vector<std::uint32_t> by_size_;  ///< first holder of each size; 0: none
  Burst burst_;
};

}  // namespace jvpn
