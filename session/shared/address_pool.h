// SPDX-License-Identifier: Apache-2.0
// Inner destination -> slot, by array: an address of the pool is an offset. Control writes, workers
// read, lock-free. An entry may be stale for the time of a grace period; the snapshot it leads to
// is asked once more whether the address is its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/prefetch.h"
#include "base/result.h"
#include "session/core/address.h"

namespace jvpn {

class AddressPool {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;
  static constexpr unsigned kMaxHostBits = 20;  ///< a million addresses per pool
  /// `prefix`: at most kMaxHostBits host bits. Allocates once.
  static Result<AddressPool> create(const IpPrefix& prefix);

  const IpPrefix& prefix() const { return prefix_; }
  bool contains(const IpAddress& address) const {
    return (Words::of(address.bytes) & mask_) == network_;
  }
  /// Control thread. `address` must be in the pool.
  void assign(const IpAddress& address, std::uint32_t slot);
  void clear(const IpAddress& address);
  /// Any worker. kNone when the address is outside the pool or unassigned.
  std::uint32_t slot_of(const IpAddress& address) const { return slot_at(place_of(address)); }

  /// Where the pool keeps an address's slot; null: outside.
  using Place = const std::atomic<std::uint32_t>*;
  Place place_of(const IpAddress& address) const {
    return contains(address) ? &slots_[offset_of(address)] : nullptr;
  }
  /// The same for an IPv4 address, as a number in host order.
  Place place_of_v4(std::uint32_t address) const {
    const bool inside = (address & ~offset_mask_) == network_v4_;
    return inside ? &slots_[address & offset_mask_] : nullptr;
  }
  /// Any worker: what slot_of() says of the place's address.
  static std::uint32_t slot_at(Place place) {
    // Relaxed; partner: assign() and clear().
    return place == nullptr ? kNone : place->load(std::memory_order_relaxed);
  }

 private:
  /// An address as two words, compared without a loop. Byte order is the machine's on both sides.
  struct Words {
    std::uint64_t high = 0, low = 0;
    bool operator==(const Words&) const = default;
    Words operator&(const Words& other) const { return {high & other.high, low & other.low}; }
    static Words of(const Bytes<16>& bytes) {
      Words out;
      std::memcpy(&out.high, bytes.data(), 8);
      std::memcpy(&out.low, bytes.data() + 8, 8);
      return out;
    }
  };

  AddressPool(IpPrefix prefix, std::size_t size);
  /// In range for every address.
  std::uint32_t offset_of(const IpAddress& address) const {
    return last_word(address) & offset_mask_;
  }
  static std::uint32_t last_word(const IpAddress& address) {
    return load<BigEndian<std::uint32_t>>(address.bytes.data() + 12);
  }

  IpPrefix prefix_;
  Words mask_;
  Words network_;
  std::uint32_t offset_mask_;  ///< host bits; at most kMaxHostBits of them
  std::uint64_t network_v4_;   ///< host order; IPv6: no number of 32 bits
  std::unique_ptr<std::atomic<std::uint32_t>[]> slots_;
};

}  // namespace jvpn
