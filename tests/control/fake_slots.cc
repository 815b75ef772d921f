// SPDX-License-Identifier: Apache-2.0
#include "tests/control/fake_slots.h"

#include <gtest/gtest.h>

namespace jvpn::test {

std::optional<Tag> FakeSlots::reserve(std::uint8_t worker) {
  if (taken_.size() >= capacity) return std::nullopt;
  ++generation_;
  const Tag tag = GatewayTag{node, worker, generation_, 1}.pack();
  taken_.insert(tag);
  return tag;
}

bool FakeSlots::reserve_keys(Tag tag) {
  EXPECT_TRUE(taken_.contains(tag)) << "room for keys is for an installed session";
  if (with_keys_.contains(tag)) return true;
  if (with_keys_.size() >= key_blocks) return false;
  with_keys_.insert(tag);
  return true;
}

void FakeSlots::free(Tag tag) {
  taken_.erase(tag);
  with_keys_.erase(tag);
}

}  // namespace jvpn::test
