// SPDX-License-Identifier: Apache-2.0
// The gateway's control core with what its thread gives it: slots, the in-memory ownership store,
// random numbers, the audit's lines (made, hashed and thrown away). No workers: control messages
// are opened here, outside of what is measured.
#pragma once

#include <vector>

#include "benchmarks/control/heap_meter.h"
#include "control/audit_log.h"
#include "control/core.h"
#include "control/memory_store.h"

namespace jvpn::bench {

/// One after the other, never given back.
class EndlessSlots final : public SlotSource {
 public:
  std::optional<Tag> reserve(std::uint8_t worker) override;
  void release(Tag) override {}
  bool reserve_keys(Tag) override { return true; }

 private:
  std::uint32_t next_ = 0;
};

class Decider {
 public:
  explicit Decider(ControlConfig config);

  void start(Instant now);
  /// A datagram from a client. Answers lie in `answers` until they are taken.
  void receive(ByteView datagram, const Endpoint& source, Instant now);
  void tick(Instant now);
  /// What a worker's lines would show of each session: it has heard of its client just now.
  void sample_all(Instant now);

  std::vector<SendDatagram> answers;
  HeapMeter heap;   ///< of what control takes
  Duration time{};  ///< in control
  /// Why datagrams were refused.
  auto refusals() const { return core_.counters(); }
  std::uint64_t audit_bytes() const { return audit_bytes_; }

 private:
  struct Worker {
    Tag tag;
    Key32 open;
    StateVersion bound;
  };

  template <class Call>
  void decide(Instant now, Call call);
  void carry_out(Actions& actions, Instant now);
  void follow(const Action& action);
  Worker& worker_of(Tag tag);

  PooledRandom random_;
  EndlessSlots slots_;
  MemoryStore store_;
  AuditLog audit_;
  ControlCore core_;
  Actions actions_, doing_;
  std::vector<Worker> table_;  ///< by slot: what workers know of each session
  std::uint64_t audit_bytes_ = 0;
};

}  // namespace jvpn::bench
