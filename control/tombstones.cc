// SPDX-License-Identifier: Apache-2.0
#include "control/tombstones.h"

#include "control/limits.h"
#include "session/core/limits.h"

namespace jvpn {

void Tombstones::add(Tag tag, Tombstone tombstone, Instant until, std::size_t most) {
  drop(tag);
  while (!by_tag_.empty() && by_tag_.size() >= most) drop(by_end_.begin()->second);
  by_tag_.emplace(tag, Standing{std::move(tombstone), until});
  by_end_.emplace(until, tag);
}

const std::vector<std::uint8_t>* Tombstones::answer(Tag tag, std::size_t size, Instant now) {
  const auto found = by_tag_.find(tag);
  if (found == by_tag_.end()) return nullptr;
  Standing& standing = found->second;
  if (now >= standing.until || now < standing.next_answer) return nullptr;
  if (size < standing.stone.terminate.size()) return nullptr;
  standing.next_answer = now + kTombstoneAnswerInterval;
  return &standing.stone.terminate;
}

void Tombstones::expire(Instant now) {
  while (next_due() <= now) drop(by_end_.begin()->second);
}

Instant Tombstones::next_due() const {
  return by_end_.empty() ? Instant::never() : by_end_.begin()->first;
}

void Tombstones::drop(Tag tag) {
  const auto found = by_tag_.find(tag);
  if (found == by_tag_.end()) return;
  by_end_.erase({found->second.until, tag});
  fallen_.push_back(std::move(found->second.stone));
  by_tag_.erase(found);
}

}  // namespace jvpn
