// SPDX-License-Identifier: Apache-2.0
// Every AEAD test runs on each implementation tier of ipsec-mb that this CPU has.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "crypto/aead.h"
#include "crypto/mb_manager.h"
#include "tests/crypto/test_vectors.h"

namespace jvpn::test {

/// What the compiler's own CPU detection says (ipsec-mb 2.0 dropped its AVX tier), so that a tier
/// that our code refuses wrongly is a failure and not a skipped test.
inline bool cpu_has(ArchTier tier) {
  const bool sse = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("aes") &&
                   __builtin_cpu_supports("pclmul");
  const bool avx = sse && __builtin_cpu_supports("avx");
  const bool avx2 = avx && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  switch (tier) {
    case ArchTier::automatic:
    case ArchTier::sse:
      return sse;
    case ArchTier::avx:
      return avx && IMB_VERSION_NUM < IMB_VERSION(2, 0, 0);
    case ArchTier::avx2:
      return avx2;
    case ArchTier::avx512:
      return avx512;
  }
  return false;
}

inline constexpr ArchTier kAllTiers[] = {ArchTier::sse, ArchTier::avx, ArchTier::avx2,
                                         ArchTier::avx512};

/// One sealed or plain message with room for its tag behind the data, as on the wire.
struct Message {
  const AeadKey* key;
  std::uint64_t counter = 0;
  Buffer aad{};
  Buffer bytes{};  ///< data, then tag

  AeadOp op() {
    const std::size_t size = bytes.size() - kAeadTagSize;
    return {.key = key,
            .counter = counter,
            .aad = aad.data(),
            .aad_size = static_cast<std::uint32_t>(aad.size()),
            .size = static_cast<std::uint32_t>(size),
            .data = bytes.data(),
            .tag = bytes.data() + size,
            .ok = false};
  }
  Buffer data() const { return Buffer(bytes.begin(), bytes.end() - kAeadTagSize); }
};

inline std::vector<AeadOp> ops_of(std::span<Message> messages) {
  std::vector<AeadOp> ops;
  for (Message& message : messages) ops.push_back(message.op());
  return ops;
}

/// The plaintext with room for a tag.
inline Buffer with_tag_room(Buffer plain) {
  plain.resize(plain.size() + kAeadTagSize);
  return plain;
}

class EveryTier : public testing::TestWithParam<ArchTier> {
 protected:
  void SetUp() override {
    Result<AeadEngine> made = AeadEngine::create(GetParam());
    ASSERT_EQ(made.has_value(), cpu_has(GetParam())) << (made ? "" : made.error().what);
    if (made) {
      engine_.emplace(std::move(*made));
    } else {
      GTEST_SKIP() << "unproven here: AEADs on tier " << tier_name(GetParam())
                   << ", which this CPU or this ipsec-mb lacks";
    }
  }
  AeadEngine& engine() { return *engine_; }

 private:
  std::optional<AeadEngine> engine_;
};

inline std::string tier_label(const testing::TestParamInfo<ArchTier>& info) {
  return tier_name(info.param);
}

}  // namespace jvpn::test
