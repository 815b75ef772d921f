// SPDX-License-Identifier: Apache-2.0
// Packets for the rig: valid frames of drawn sessions, written into buffers just before a slice is
// measured. Writing them touches no line of the gateway's own state.
#pragma once

#include <rte_mbuf.h>

#include <span>
#include <vector>

#include "draw.h"
#include "path_rig.h"

namespace jvpn::bench {

/// Sizes of inner packets, taken in turn.
using Sizes = std::vector<std::uint16_t>;

/// Where the AEAD's part of a frame lies, and whose it is.
struct Packet {
  std::uint32_t session = 0;
  std::uint32_t size = 0;  ///< inner packet = AEAD plaintext, bytes
  std::uint64_t counter = 0;
  std::uint8_t* data = nullptr;  ///< 16 bytes of AAD lie in front of it, a tag's room behind it
};

class Traffic {
 public:
  static constexpr std::size_t kSlice = 2048;

  /// `buffers`: a pool with at least kSlice buffers of the largest size and its headers.
  Traffic(PathRig& rig, rte_mempool* buffers, Spread spread, Sizes sizes);
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;
  ~Traffic();

  /// Writes a fresh slice: what a port of that way would receive.
  std::span<rte_mbuf*> fill(Way way);
  /// The packets of the slice that was filled last.
  std::span<const Packet> packets() const { return packets_; }
  /// Packets are of this worker's sessions only; at first worker 0.
  void only_worker(std::uint8_t worker) { worker_ = worker; }

 private:
  Packet write_uplink(rte_mbuf* buffer, std::uint32_t session, std::uint32_t size);
  Packet write_downlink(rte_mbuf* buffer, std::uint32_t session, std::uint32_t size);
  std::uint32_t draw_session();

  PathRig& rig_;
  AeadEngine engine_;  ///< the clients'
  Draw draw_;
  Sizes sizes_;
  std::uint8_t worker_ = 0;
  std::vector<rte_mbuf*> buffers_;
  std::vector<Packet> packets_;
  std::vector<std::uint64_t> counters_;  ///< of each session's client
};

}  // namespace jvpn::bench
