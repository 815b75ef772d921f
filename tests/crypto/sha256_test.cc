// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.h"

#include <gtest/gtest.h>

#include "crypto/random.h"
#include "tests/crypto/test_vectors.h"

namespace jvpn::test {
namespace {

TEST(Sha256, GivesTheAnswersOfItsStandard) {
  const Buffer abc{'a', 'b', 'c'};
  const std::string expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  EXPECT_EQ(to_hex(sha256(abc)), expected);
  EXPECT_EQ(to_hex(Sha256()(abc)), expected);
  EXPECT_EQ(to_hex(Sha256()({})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, IsTheSameByBothLibrariesForEveryLength) {
  SeededRandom random(1);
  const Sha256 fast;
  Buffer message(1000);
  random.fill(message);
  for (std::size_t size = 0; size <= message.size(); ++size) {
    const ByteView part = ByteView(message).first(size);
    ASSERT_EQ(to_hex(fast(part)), to_hex(sha256(part))) << size;
  }
}

}  // namespace
}  // namespace jvpn::test
