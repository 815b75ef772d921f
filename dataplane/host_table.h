// SPDX-License-Identifier: Apache-2.0
// Single address -> slot: rte_hash, whose readers no writer disturbs. A removed address keeps its
// place until the caller knows that no worker looks at it any more. Needs EAL.
#pragma once

#include <rte_hash.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "session/core/address.h"

namespace jvpn {

class HostTable {
 public:
  /// Where a key lies; reuse() wants it back.
  using Place = std::int32_t;

  /// Room for exactly so many, 0 among them. Errors: no memory.
  static Result<HostTable> create(std::uint32_t hosts);

  // ---- control thread ------------------------------------------------------------------------
  /// Adds the address, for which there must be room, or gives it another slot.
  void set(const IpAddress& address, std::uint32_t slot);
  /// Takes away an address that is there.
  Place remove(const IpAddress& address);
  /// A removed address' place is free again. Only after a grace period.
  void reuse(Place place);

  /// Any thread. Nothing: not there.
  std::optional<std::uint32_t> find(const IpAddress& address) const {
    void* value = nullptr;
    if (table_ == nullptr || rte_hash_lookup_data(table_.get(), address.bytes.data(), &value) < 0) {
      return std::nullopt;
    }
    return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(value));
  }

 private:
  struct Free {
    void operator()(rte_hash* table) const { rte_hash_free(table); }
  };
  explicit HostTable(rte_hash* table) : table_(table) {}

  std::unique_ptr<rte_hash, Free> table_;  ///< null: for no hosts
};

}  // namespace jvpn
