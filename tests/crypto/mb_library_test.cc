// SPDX-License-Identifier: Apache-2.0
#include "crypto/mb_library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "crypto/aead.h"

namespace jvpn::test {
namespace {

auto* sealer_of(const MbLibrary& library) {
  return library.function<decltype(init_mb_mgr_sse)>("init_mb_mgr_sse");
}

/// Nothing, where a sanitizer's runtime refuses it; anything else is a failure.
std::optional<MbLibrary::Shared> copied() {
  Result<MbLibrary::Shared> copy = MbLibrary::copy();
  if (copy) return *copy;
  EXPECT_THAT(copy.error().what, testing::HasSubstr("sanitizer"));
  return std::nullopt;
}

TEST(MbLibrary, CopiesShareNothingWithEachOtherOrWithTheLinkedOne) {
  const auto one = copied();
  const auto two = copied();
  if (!one || !two) return;
  EXPECT_NE(sealer_of(**one), sealer_of(*MbLibrary::linked()));
  EXPECT_NE(sealer_of(**one), sealer_of(**two));
}

TEST(MbLibrary, ThereAreAsManyCopiesAsWorkers) {
  std::vector<MbLibrary::Shared> copies;
  for (int i = 0; i < 32; ++i) {
    const auto copy = copied();
    if (!copy) return;
    copies.push_back(*copy);
  }
}

TEST(MbLibrary, ACopyThatIsLetGoIsUnloadedAndAnotherCanBeHad) {
  for (int i = 0; i < 3; ++i) {
    const auto copy = copied();
    if (!copy) return;
    EXPECT_NE(sealer_of(**copy), sealer_of(*MbLibrary::linked()));
  }
}

TEST(MbLibrary, ACoresEngineOpensWhatAnotherSealed) {
  AeadEngine control = std::move(*AeadEngine::create());
  AeadEngine worker = std::move(*AeadEngine::create_for_core());
  AeadKey key;
  Bytes<32> secret{7};
  control.expand(Suite::aes_256_gcm, Key32::take(secret), Bytes<kAeadNonceSize>{}, key);
  Bytes<16> aad{1};
  Bytes<64> data{2};
  Bytes<kAeadTagSize> tag{};
  AeadOp op{&key, 1, aad.data(), aad.size(), data.size(), data.data(), tag.data(), false};
  control.seal({&op, 1});
  worker.open({&op, 1});
  EXPECT_TRUE(op.ok);
  EXPECT_EQ(data, Bytes<64>{2});
}

TEST(MbLibrary, AnEngineSaysWhyItHasNoneOfItsOwn) {
  const AeadEngine engine = std::move(*AeadEngine::create_for_core());
  const bool had = MbLibrary::copy().has_value() || !MbLibrary::is_slow_when_shared();
  EXPECT_EQ(engine.why_shared().empty(), had) << engine.why_shared();
}

}  // namespace
}  // namespace jvpn::test
