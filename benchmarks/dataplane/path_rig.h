// SPDX-License-Identifier: Apache-2.0
// A gateway's data plane without devices and without control: two ports in memory, a table full of
// installed sessions, and real workers. What is measured is Worker::turn() itself.
//
//   port 0  underlay   <->  worker  <->  port 1  plaintext
#pragma once

#include <rte_malloc.h>

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "dataplane/clock.h"
#include "dataplane/hold_buffers.h"
#include "dataplane/worker.h"
#include "frames.h"
#include "memory_port.h"

namespace jvpn::bench {

enum class Way : std::uint8_t { uplink, downlink };

struct RigShape {
  std::uint32_t sessions = 1;
  std::uint8_t workers = 1;
  std::uint16_t tunnel_mtu = 8900;
};

/// Where packets of one way come in and go out.
struct Ports {
  MemoryPort& in;
  MemoryPort& out;
};

class PathRig {
 public:
  /// EAL runs and has the memory that memory_size() says.
  explicit PathRig(const RigShape& shape);
  static std::size_t memory_size(const RigShape& shape);

  Worker& worker(std::size_t index = 0) { return *workers_[index]; }
  Ports ports(Way way) {
    if (way == Way::uplink) return {underlay_port_, plaintext_port_};
    return {plaintext_port_, underlay_port_};
  }
  /// Turns until a slice of `packets` full bursts is through: one burst a turn.
  void forward(std::size_t packets, std::size_t worker = 0) {
    for (std::size_t at = 0; at < packets; at += kBurst) workers_[worker]->turn();
  }
  const Link& underlay() const { return facts_.links[0]; }
  const Link& plaintext() const { return facts_.links[1]; }
  SessionTable& table() { return *table_; }
  const RigShape& shape() const { return shape_; }

  /// Of session 0..sessions - 1; its owner is worker `number % workers`.
  Tag tag(std::uint32_t number) const { return tags_[number]; }
  TableRecord& record(std::uint32_t number) { return *table_->record(tags_[number]); }
  Endpoint client(std::uint32_t number) const;
  IpAddress inner(std::uint32_t number) const;
  Snapshot snapshot(std::uint32_t number) const;
  /// A session's key, expanded anew: whoever plays the client must not bring the gateway's copy
  /// into the cache. Any thread that has an engine.
  static void expand(AeadEngine& engine, Way way, std::uint32_t number, AeadKey& out);
  static Bytes<kAeadNonceSize> nonce(Way way, std::uint32_t number, std::uint64_t counter);

 private:
  struct DpdkFree {
    void operator()(std::uint8_t* memory) const { rte_free(memory); }
  };
  ByteSpan take_memory(std::size_t size);
  void make_links();
  void make_workers();
  void add_session(AeadEngine& engine, std::uint32_t number);

  RigShape shape_;
  std::vector<std::unique_ptr<std::uint8_t[], DpdkFree>> memory_;
  MemoryPort underlay_port_{0};
  MemoryPort plaintext_port_{1};
  TscClock clock_;
  PlaneFacts facts_;
  std::unique_ptr<Neighbours> neighbours_ = std::make_unique<Neighbours>();
  std::optional<SessionTable> table_;
  std::optional<AddressPool> pool_;
  std::deque<Mailbox> mailboxes_;
  std::deque<std::unique_ptr<HoldBuffers>> holds_;
  std::vector<std::unique_ptr<rte_ring, decltype(&rte_ring_free)>> rings_;
  std::deque<std::unique_ptr<Worker>> workers_;
  std::vector<Tag> tags_;
};

}  // namespace jvpn::bench
