// SPDX-License-Identifier: Apache-2.0
// Inner destination -> slot, by array: an address of the pool is an offset. Control writes, workers
// read, lock-free. An entry may be stale for the time of a grace period; the snapshot it leads to is
// asked once more whether the address is its own.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

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
  bool contains(const IpAddress& address) const { return prefix_.contains(address); }
  /// Control thread. `address` must be in the pool.
  void assign(const IpAddress& address, std::uint32_t slot);
  void clear(const IpAddress& address);
  /// Any worker. kNone when the address is outside the pool or unassigned.
  std::uint32_t slot_of(const IpAddress& address) const;

 private:
  AddressPool(IpPrefix prefix, std::size_t size);
  std::uint32_t offset_of(const IpAddress& address) const;
  IpPrefix prefix_;
  std::unique_ptr<std::atomic<std::uint32_t>[]> slots_;
};

}  // namespace jvpn
