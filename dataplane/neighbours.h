// SPDX-License-Identifier: Apache-2.0
// Who on a link has which MAC: a small lock-free table between the control thread, which resolves
// and ages (neighbour_upkeep.h), and the workers, which only read.
//
// Open addressing over a fixed array; an entry is found within kProbes slots of its hash. Its index
// is what OuterTemplate::next_hop holds. An entry that nobody used for long is recycled; a worker
// that stalled over that whole time could at worst send one sealed packet to a station that cannot
// read it.
#pragma once

#include <array>
#include <atomic>

#include "dataplane/net_headers.h"
#include "session/core/address.h"

namespace jvpn {

class Neighbours {
 public:
  static constexpr std::uint16_t kNone = 0xffff;
  static constexpr std::size_t kSlots = 4096;

  // ---- workers -------------------------------------------------------------------------------
  /// Index of the entry, resolved or not; kNone when nobody asked for that neighbour yet.
  std::uint16_t find(std::uint8_t link, const IpAddress& address) const;
  /// Whether the entry is still that neighbour's: find() without a search.
  bool is(std::uint16_t index, std::uint8_t link, const IpAddress& address) const {
    if (index >= kSlots) return false;
    const Entry& entry = entries_[index];
    const Key key(link, address);
    // Acquire: the key was written before; partner: release in reserve().
    return entry.link.load(std::memory_order_acquire) == key.link &&
           entry.low.load(kRelaxed) == key.low && entry.high.load(kRelaxed) == key.high;
  }
  /// False while the entry is unresolved. Notes that the entry is in use.
  bool mac_of(std::uint16_t index, EtherAddress& out) {
    if (index >= kSlots) return false;
    Entry& entry = entries_[index];
    // Stored only when it changes, so that workers do not fight over the line.
    if (!entry.used.load(kRelaxed)) entry.used.store(true, kRelaxed);
    const std::uint64_t packed = entry.mac.load(kRelaxed);  // partner: resolve(), unresolve()
    std::memcpy(out.data(), &packed, out.size());           // the six bytes as they lie in memory
    return (packed & kResolved) != 0;
  }

  // ---- control thread ------------------------------------------------------------------------
  /// Index of the entry, made if need be; kNone when all slots it could have are taken.
  std::uint16_t reserve(std::uint8_t link, const IpAddress& address);
  void resolve(std::uint16_t index, const EtherAddress& mac);
  void unresolve(std::uint16_t index);
  void remove(std::uint16_t index);
  /// Whether a worker used the entry since the last call.
  bool take_used(std::uint16_t index);
  bool is_resolved(std::uint16_t index) const;

 private:
  static constexpr std::size_t kProbes = 16;
  static constexpr auto kRelaxed = std::memory_order_relaxed;
  static constexpr std::uint64_t kResolved = std::uint64_t{1} << 48;

  struct Key {
    std::uint64_t high;
    std::uint64_t low;
    std::uint16_t link;

    Key(std::uint8_t its_link, const IpAddress& address)
        : high(address.words().high),
          low(address.words().low),
          link(static_cast<std::uint16_t>(its_link + 1)) {}
    std::size_t hash() const;
  };

  /// Written by control only, but for `used`. Relaxed; `link` is stored with release behind the key
  /// and loaded with acquire before it.
  struct Entry {
    std::atomic<std::uint64_t> high{0};
    std::atomic<std::uint64_t> low{0};
    std::atomic<std::uint64_t> mac{0};   ///< kResolved | MAC, or 0
    std::atomic<std::uint16_t> link{0};  ///< link + 1; 0: free
    std::atomic<bool> used{false};       ///< set by workers, cleared by control
  };
  std::array<Entry, kSlots> entries_;
};

}  // namespace jvpn
