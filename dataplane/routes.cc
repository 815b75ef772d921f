// SPDX-License-Identifier: Apache-2.0
// The workers' call of the routes: nothing here allocates, waits or leaves the process.
#include "dataplane/routes.h"

namespace jvpn {

RouteTo Routes::find(const IpAddress& address) const {
  if (const auto slot = hosts_.find(address)) return {true, *slot};
  // Acquire: the whole table; partner: the release in provision().
  const PrefixTable* prefixes = prefixes_.load(std::memory_order_acquire);
  const std::uint32_t number =
      prefixes == nullptr ? PrefixTable::kNone : prefixes->number_of(address);
  if (number == PrefixTable::kNone) return {};
  // Relaxed; partner: assign() and clear().
  return {true, slots_[number].load(std::memory_order_relaxed)};
}

}  // namespace jvpn
