// SPDX-License-Identifier: Apache-2.0
#include "dataplane/prefix_table.h"

#include <rte_memory.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/ensure.h"

namespace jvpn {
namespace {

using Entry = PrefixTable::Entry;

/// Bits that the first table of either kind looks at; longer prefixes take groups of 256 entries.
constexpr unsigned kFirstBits = 24;

std::string next_name(const char* family) {
  static unsigned number = 0;
  return family + std::to_string(number++);
}

/// The smallest entries of DIR-24-8 that hold this number. One bit of each is its own.
rte_fib_dir24_8_nh_sz entry_size(std::uint32_t highest) {
  if (highest < 1u << 7) return RTE_FIB_DIR24_8_1B;
  return highest < 1u << 15 ? RTE_FIB_DIR24_8_2B : RTE_FIB_DIR24_8_4B;
}

/// rte_lpm6_add() of this DPDK's release: see number_of_v6().
template <class Address>
int add_v6(int (*add)(rte_lpm6*, Address, std::uint8_t, std::uint32_t), rte_lpm6* table,
           const Entry& entry) {
  const auto* const bytes = entry.prefix.address.bytes.data();
  return add(table, reinterpret_cast<Address>(bytes), entry.prefix.length, entry.number);
}

}  // namespace

Result<std::unique_ptr<PrefixTable>> PrefixTable::build(std::span<const Entry> entries) {
  std::vector<Entry> v4, v6;
  for (const Entry& entry : entries) {
    ensure(entry.number != kNone && entry.number <= kMaxNumber, "both tables hold the number");
    (entry.prefix.address.is_v4() ? v4 : v6).push_back(entry);
  }
  std::unique_ptr<PrefixTable> table(new PrefixTable);
  if (auto done = table->build_v4(v4); !done) return fail(done.error().what);
  if (auto done = table->build_v6(v6); !done) return fail(done.error().what);
  return table;
}

Result<void> PrefixTable::build_v4(std::span<const Entry> entries) {
  if (entries.empty()) return {};
  std::uint32_t highest = 1;
  std::uint32_t groups = 1;
  for (const Entry& entry : entries) {
    highest = std::max(highest, entry.number);
    groups += entry.prefix.length > kFirstBits;
  }
  rte_fib_conf shape{};
  shape.type = RTE_FIB_DIR24_8;
  shape.default_nh = kNone;
  shape.max_routes = static_cast<int>(entries.size());
  shape.dir24_8.nh_sz = entry_size(std::max(highest, groups));
  shape.dir24_8.num_tbl8 = groups;
  v4_.reset(rte_fib_create(next_name("jvpn4_").c_str(), SOCKET_ID_ANY, &shape));
  if (v4_ == nullptr) {
    return fail("no memory for a table of " + std::to_string(entries.size()) + " IPv4 prefixes");
  }
  for (const Entry& entry : entries) {
    const auto& octets = entry.prefix.address.bytes[12];
    const auto network = load<BigEndian<std::uint32_t>>(&octets).value();
    const int done = rte_fib_add(v4_.get(), network, entry.prefix.length, entry.number);
    ensure(done == 0, "the table was made for these prefixes");
  }
  return {};
}

Result<void> PrefixTable::build_v6(std::span<const Entry> entries) {
  if (entries.empty()) return {};
  rte_lpm6_config shape{};
  shape.max_rules = static_cast<std::uint32_t>(entries.size());
  shape.number_tbl8s = 1;
  for (const Entry& entry : entries) {
    const unsigned beyond = std::max<unsigned>(entry.prefix.length, kFirstBits) - kFirstBits;
    shape.number_tbl8s += (beyond + 7) / 8;
  }
  v6_.reset(rte_lpm6_create(next_name("jvpn6_").c_str(), SOCKET_ID_ANY, &shape));
  if (v6_ == nullptr) {
    return fail("no memory for a table of " + std::to_string(entries.size()) + " IPv6 prefixes");
  }
  for (const Entry& entry : entries) {
    ensure(add_v6(rte_lpm6_add, v6_.get(), entry) == 0, "the table was made for these prefixes");
  }
  return {};
}

}  // namespace jvpn
