// SPDX-License-Identifier: Apache-2.0
// Sessions, buffers and one worker's state for measuring the packet path without ports: from the
// array that a receive burst would have returned to the one that a transmit burst would get.
#pragma once

#include <rte_mbuf.h>

#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "crypto/random.h"
#include "dataplane/turn.h"

namespace jvpn::bench {

using Frame = std::vector<std::uint8_t>;

class PathRig {
 public:
  PathRig(std::uint32_t sessions, std::size_t inner_size);

  /// Frames for `buffers`, of sessions drawn at random, with fresh counters.
  void fill_uplink(std::span<rte_mbuf*> buffers);
  void fill_downlink(std::span<rte_mbuf*> buffers);
  /// The bare cipher call on the same buffers, keys and session order as they were filled with.
  std::vector<AeadOp> open_ops(std::span<rte_mbuf*> buffers) const;
  std::vector<AeadOp> seal_ops(std::span<rte_mbuf*> buffers) const;

  Turn& turn() { return *turn_; }
  const Link& underlay() const { return facts_.links[0]; }
  const Link& plaintext() const { return facts_.links[1]; }
  std::vector<rte_mbuf*> take_buffers(std::size_t count);

 private:
  struct Session {
    Tag tag;
    std::uint64_t counter = 0;
    Frame uplink;  ///< whole frame, data part to be sealed anew
    Frame downlink;
  };
  ByteSpan take_memory(std::size_t size);
  void add_session(std::uint32_t number);
  Frame inner_packet(const IpAddress& from, const IpAddress& to) const;
  std::size_t draw() { return random_() % sessions_.size(); }

  std::size_t inner_size_;
  std::vector<std::unique_ptr<std::uint8_t[]>> memory_;
  AeadEngine engine_;
  PlaneFacts facts_;
  Neighbours neighbours_;
  std::optional<SessionTable> table_;
  std::optional<Mailbox> mailbox_;
  std::optional<AddressPool> pool_;
  WorkerCounters counters_;
  std::optional<Turn> turn_;
  std::vector<Session> sessions_;
  std::vector<std::size_t> order_;  ///< session of each buffer filled last
  std::mt19937_64 random_{1};
  SeededRandom keys_{7};
};

}  // namespace jvpn::bench
