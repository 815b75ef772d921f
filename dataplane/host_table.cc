// SPDX-License-Identifier: Apache-2.0
#include "dataplane/host_table.h"

#include <rte_hash_crc.h>
#include <rte_memory.h>

#include <algorithm>
#include <string>

#include "base/ensure.h"

namespace jvpn {
namespace {

/// rte_hash makes none smaller than a bucket.
constexpr std::uint32_t kFewest = 8;

/// Of an address that lies anywhere: rte_hash_crc() wants its key aligned.
std::uint32_t hash_of(const void* key, std::uint32_t size, std::uint32_t seed) {
  IpAddress::Words words;
  ensure(size == sizeof words, "keys are addresses");
  std::memcpy(&words, key, sizeof words);
  return rte_hash_crc_8byte(words.low, rte_hash_crc_8byte(words.high, seed));
}

}  // namespace

Result<HostTable> HostTable::create(std::uint32_t hosts) {
  if (hosts == 0) return HostTable(nullptr);
  static unsigned number = 0;
  const std::string name = "jvpn_hosts" + std::to_string(number++);
  rte_hash_parameters shape{};
  shape.name = name.c_str();
  shape.entries = std::max(hosts, kFewest);
  shape.key_len = sizeof(IpAddress::bytes);
  shape.hash_func = hash_of;
  shape.socket_id = SOCKET_ID_ANY;
  // The extra buckets make room for every last one, however the keys fall.
  shape.extra_flag = RTE_HASH_EXTRA_FLAGS_RW_CONCURRENCY_LF | RTE_HASH_EXTRA_FLAGS_EXT_TABLE;
  rte_hash* table = rte_hash_create(&shape);
  if (table == nullptr) return fail("no memory for " + std::to_string(hosts) + " single addresses");
  return HostTable(table);
}

void HostTable::set(const IpAddress& address, std::uint32_t slot) {
  ensure(table_ != nullptr, "no address is set in a table for none");
  // Release (in the hash) of key and slot; partner: the acquire in rte_hash_lookup_data().
  void* const value = reinterpret_cast<void*>(std::uintptr_t{slot});
  const int done = rte_hash_add_key_data(table_.get(), address.bytes.data(), value);
  ensure(done == 0, "the caller adds no more than there is room for");
}

HostTable::Place HostTable::remove(const IpAddress& address) {
  ensure(table_ != nullptr, "no address is in a table for none");
  const Place place = rte_hash_del_key(table_.get(), address.bytes.data());
  ensure(place >= 0, "only what is there is taken away");
  return place;
}

void HostTable::reuse(Place place) {
  const int done = rte_hash_free_key_with_position(table_.get(), place);
  ensure(done == 0, "a place is given back once");
}

}  // namespace jvpn
