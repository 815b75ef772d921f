// SPDX-License-Identifier: Apache-2.0
// Slices of traffic written once and loaded into the buffers as often as they are wanted. Loading a
// slice takes a fraction of what writing one takes: what runs over slices in a row finds in the
// cache what it left there, as a busy worker does, and not what strangers did meanwhile.
#pragma once

#include "traffic.h"

namespace jvpn::bench {

class Recording {
 public:
  /// Has `traffic` write that many slices; it must live, and fill nothing else, as long as this.
  Recording(Traffic& traffic, Way way, std::size_t slices);

  /// Writes a slice into the buffers: what a port would receive.
  std::span<rte_mbuf*> load(std::size_t slice);
  /// The packets of a slice while it is loaded.
  std::span<const Packet> packets(std::size_t slice) const { return slices_[slice].packets; }

 private:
  struct Slice {
    std::vector<Packet> packets;
    std::vector<std::uint16_t> sizes;  ///< of frames, bytes
    std::vector<std::uint8_t> bytes;   ///< of all frames, one behind the other
  };
  static Slice record(std::span<rte_mbuf*> frames, std::span<const Packet> packets);

  std::span<rte_mbuf*> buffers_;
  std::vector<Slice> slices_;
};

}  // namespace jvpn::bench
