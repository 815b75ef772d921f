// SPDX-License-Identifier: Apache-2.0
#include "crypto/secret.h"

#include <gtest/gtest.h>

#include <new>
#include <sstream>

namespace jvpn::test {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

Key32 filled(std::uint8_t with) {
  Bytes<32> bytes;
  bytes.fill(with);
  return Key32::take(bytes);
}

TEST(Secret, CanNeitherBeCopiedNorPrinted) {
  EXPECT_FALSE(std::is_copy_constructible_v<Key32>);
  EXPECT_FALSE(std::is_copy_assignable_v<Key32>);
  EXPECT_FALSE(Printable<Key32>);
}

TEST(Secret, TakesBytesOverAndWipesWhereTheyCameFrom) {
  Bytes<32> from;
  from.fill(7);
  const Key32 secret = Key32::take(from);
  EXPECT_EQ(from, Bytes<32>{});
  EXPECT_EQ(secret.view()[31], 7);
}

TEST(Secret, IsWipedWhenMovedFrom) {
  Key32 first = filled(7);
  Key32 second = std::move(first);
  EXPECT_TRUE(first.is_zero());  // NOLINT: that it is empty is the point
  Key32 third;
  third = std::move(second);
  EXPECT_TRUE(second.is_zero());  // NOLINT
  EXPECT_TRUE(third.equals(filled(7)));
}

TEST(Secret, IsWipedWhenDestroyed) {
  alignas(Key32) Bytes<sizeof(Key32)> memory;
  auto* secret = new (memory.data()) Key32(filled(7));
  EXPECT_EQ(memory[0], 7);
  secret->~Key32();
  EXPECT_EQ(memory, (Bytes<sizeof(Key32)>{}));
}

TEST(Secret, IsCopiedByWord) {
  const Key32 one = filled(9);
  const Key32 other = one.clone();
  EXPECT_TRUE(one.equals(other));
  EXPECT_FALSE(one.equals(filled(8)));
}

TEST(Secret, IsZeroUntilGivenAValue) {
  EXPECT_TRUE(Key32().is_zero());
}

}  // namespace
}  // namespace jvpn::test
