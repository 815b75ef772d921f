// SPDX-License-Identifier: Apache-2.0
#include "control/memory_store.h"

#include <algorithm>

namespace jvpn {
namespace {

std::optional<StoreValue> value_at(const MemoryStore::Content& content, const StoreKey& key) {
  const auto found = content.find(key);
  return found == content.end() ? std::nullopt : std::optional(found->second);
}

void write(MemoryStore::Content& content, const StoreWrite& write) {
  if (write.value) {
    content[write.key] = *write.value;
  } else {
    content.erase(write.key);
  }
}

}  // namespace

StoreReply apply(MemoryStore::Content& content, const StoreTransaction& transaction) {
  const bool holds = std::ranges::all_of(transaction.compares, [&](const StoreCompare& compare) {
    return value_at(content, compare.key) == compare.expected;
  });
  if (holds) {
    for (const StoreWrite& one : transaction.writes) write(content, one);
    return {transaction.ticket, StoreOutcome::applied, {}};
  }
  StoreReply reply{transaction.ticket, StoreOutcome::refused, {}};
  for (const StoreCompare& compare : transaction.compares) {
    reply.values.emplace_back(compare.key, value_at(content, compare.key));
  }
  return reply;
}

StoreReply look_up(const MemoryStore::Content& content, const StoreRead& read) {
  StoreReply reply{read.ticket, StoreOutcome::applied, {}};
  for (const StoreKey& key : read.keys) reply.values.emplace_back(key, value_at(content, key));
  if (read.prefix.empty()) return reply;
  const auto first = static_cast<std::ptrdiff_t>(reply.values.size());
  for (const auto& [key, value] : content) {
    if (key.starts_with(read.prefix)) reply.values.emplace_back(key, value);
  }
  std::ranges::sort(reply.values.begin() + first, reply.values.end());  // as a store answers
  return reply;
}

void MemoryStore::begin(const StoreTransaction& transaction) {
  replies_.push_back(apply(content_, transaction));
}

void MemoryStore::begin(const StoreRead& read) {
  replies_.push_back(look_up(content_, read));
}

std::vector<StoreReply> MemoryStore::take_replies() {
  return std::exchange(replies_, {});
}

}  // namespace jvpn
