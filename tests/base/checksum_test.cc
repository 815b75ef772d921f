// SPDX-License-Identifier: Apache-2.0
#include "base/checksum.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace jvpn {
namespace {

/// RFC 1071, word by word.
std::uint16_t slow_checksum(ByteView bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += i % 2 == 0 ? std::uint32_t{bytes[i]} << 8 : bytes[i];
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}

/// Sizes on both sides of where the wide sum begins and of its steps, at any alignment.
TEST(InternetSum, IsTheSumOfAllWordsWhateverSizeAndPlace) {
  std::vector<std::uint8_t> bytes(9100);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(255 - i * i % 251);
  }
  std::vector<std::size_t> sizes{1399, 1400, 1460, 8899, 9000};
  for (std::size_t size = 0; size < 200; ++size) sizes.push_back(size);
  for (const std::size_t size : sizes) {
    for (std::size_t at = 0; at < 17; ++at) {
      const ByteView some = ByteView(bytes).subspan(at, size);
      ASSERT_EQ(InternetSum().add(some).checksum(), slow_checksum(some)) << size << " at " << at;
    }
  }
}

TEST(InternetSum, LosesNoCarry) {
  const std::vector<std::uint8_t> ones(65535, 0xff);
  EXPECT_EQ(InternetSum().add(ones).checksum(), slow_checksum(ones));
  EXPECT_TRUE(InternetSum().add(ByteView(ones).first(65534)).is_right());
}

RC_GTEST_PROP(InternetSum, ComesOutTheSameInPieces, (const std::vector<std::uint8_t>& bytes)) {
  const std::size_t middle = *rc::gen::inRange<std::size_t>(0, bytes.size() / 2 + 1) * 2;
  const ByteView all(bytes);
  const std::size_t cut = std::min(middle, bytes.size());
  const std::uint16_t first = InternetSum().add(all.first(cut)).partial();
  RC_ASSERT(InternetSum().add(first).add(all.subspan(cut)).checksum() == slow_checksum(all));
}

}  // namespace
}  // namespace jvpn
