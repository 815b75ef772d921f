// SPDX-License-Identifier: Apache-2.0
// That what is fetched of a key is what the cipher reads of it. Each of its lines is spoiled in
// turn; where the sealed message then differs, the line was read.
#include "crypto/key_prefetch.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/crypto/aead_fixture.h"

namespace jvpn::test {
namespace {

using Lines = std::set<std::size_t>;

class KeyPrefetch : public testing::Test {
 protected:
  void SetUp() override {
    const MbManager manager = std::move(start_mb_manager(ArchTier::automatic)->manager);
    if (engine_.tier() != ArchTier::avx512 || (manager->features & IMB_FEATURE_VAES) == 0) {
      GTEST_SKIP() << "unproven here: which lines of a key are read, without VAES and AVX-512";
    }
    engine_.expand(Suite::aes_256_gcm, Key32(), Bytes<12>{1}, key_);
  }

  Lines read(std::size_t size) {
    const Buffer whole = sealed(size);
    Lines lines;
    for (std::size_t line = 0; line < kKeyLines; ++line) {
      spoil(line);
      if (sealed(size) != whole) lines.insert(line);
      spoil(line);
    }
    return lines;
  }

  static Lines fetched(std::size_t size) {
    Lines lines;
    for_each_key_line(power_lines(size), [&](std::size_t line) { lines.insert(line); });
    return lines;
  }

 private:
  Buffer sealed(std::size_t size) {
    Message message{.key = &key_, .aad = Buffer(16), .bytes = with_tag_room(Buffer(size))};
    std::array ops{message.op()};
    engine_.seal(ops);
    return message.bytes;
  }

  void spoil(std::size_t line) {
    for (std::size_t i = 0; i < 64; ++i) reinterpret_cast<std::uint8_t*>(&key_)[line * 64 + i] ^= 1;
  }

  AeadEngine engine_ = AeadEngine::create().value();
  AeadKey key_;
};

TEST_F(KeyPrefetch, FetchesEachLineThatTheCipherReads) {
  for (std::size_t size = 1; size <= 1500; size += 13) {
    const Lines of_fetched = fetched(size);
    EXPECT_TRUE(std::ranges::includes(of_fetched, read(size))) << size << " bytes";
  }
}

TEST_F(KeyPrefetch, FetchesHardlyMoreThanTheCipherReads) {
  for (const std::size_t size : {64U, 512U, 1420U}) {
    EXPECT_LE(fetched(size).size(), read(size).size() + kGcmPowerTables) << size << " bytes";
  }
}

}  // namespace
}  // namespace jvpn::test
