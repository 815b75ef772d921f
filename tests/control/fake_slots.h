// SPDX-License-Identifier: Apache-2.0
// Slots and second key epochs as a session table would give them, without a table.
#pragma once

#include <set>

#include "control/core.h"

namespace jvpn::test {

class FakeSlots final : public SlotSource {
 public:
  std::optional<Tag> reserve(std::uint8_t worker) override;
  void release(Tag tag) override { taken_.erase(tag); }
  bool reserve_keys(Tag tag) override;

  std::size_t capacity = 64;
  std::uint8_t node = 1;
  std::size_t key_blocks = 4;
  std::size_t taken() const { return taken_.size(); }
  bool has_keys(Tag tag) const { return with_keys_.contains(tag); }
  std::size_t keys_taken() const { return with_keys_.size(); }
  void free(Tag tag);
  void free_keys(Tag tag) { with_keys_.erase(tag); }

 private:
  std::uint32_t generation_ = 0;
  std::set<Tag> taken_;
  std::set<Tag> with_keys_;  ///< have room for a second key epoch
};

}  // namespace jvpn::test
