// SPDX-License-Identifier: Apache-2.0
#include "session/shared/address_pool.h"

#include "base/ensure.h"

namespace jvpn {
namespace {

constexpr unsigned kAddressBits = 128;

/// Bytes with the first `length` bits set.
Bytes<16> mask_of(unsigned length) {
  Bytes<16> mask{};
  for (unsigned bit = 0; bit < length; ++bit) {
    mask[bit / 8] = static_cast<std::uint8_t>(mask[bit / 8] | 0x80u >> bit % 8);
  }
  return mask;
}

}  // namespace

Result<AddressPool> AddressPool::create(const IpPrefix& prefix) {
  const unsigned fixed = prefix.mapped_length();
  if (prefix.is_unset() || fixed > kAddressBits) return fail("address pool: not a prefix");
  const unsigned host_bits = kAddressBits - fixed;
  if (host_bits > kMaxHostBits) {
    return fail("address pool: the prefix leaves " + std::to_string(host_bits) +
                " host bits, at most " + std::to_string(kMaxHostBits) + " are possible");
  }
  return AddressPool(prefix, std::size_t{1} << host_bits);
}

AddressPool::AddressPool(IpPrefix prefix, std::size_t size)
    : prefix_(prefix),
      mask_(Words::of(mask_of(prefix.mapped_length()))),
      network_(Words::of(prefix.address.bytes) & mask_),
      offset_mask_(static_cast<std::uint32_t>(size - 1)),
      network_v4_(prefix.address.is_v4() ? last_word(prefix.address) & ~offset_mask_ : UINT64_MAX),
      slots_(std::make_unique<std::atomic<std::uint32_t>[]>(size)) {
  for (std::size_t i = 0; i < size; ++i) slots_[i].store(kNone, std::memory_order_relaxed);
}

void AddressPool::assign(const IpAddress& address, std::uint32_t slot) {
  ensure(contains(address), "only addresses of the pool are assigned");
  ensure(slot != kNone, "no slot has the number that means none");
  // Relaxed: the number alone carries nothing; what it leads to is published and acquired through
  // the record's snapshot (SessionTable::find). Partner: slot_of().
  slots_[offset_of(address)].store(slot, std::memory_order_relaxed);
}

void AddressPool::clear(const IpAddress& address) {
  ensure(contains(address), "only addresses of the pool are cleared");
  // Relaxed, as in assign(): a worker that still sees the slot asks the snapshot. Partner:
  // slot_of().
  slots_[offset_of(address)].store(kNone, std::memory_order_relaxed);
}

}  // namespace jvpn
