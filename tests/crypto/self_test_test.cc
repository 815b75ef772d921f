// SPDX-License-Identifier: Apache-2.0
#include "crypto/self_test.h"

#include <gmock/gmock.h>

#include <chrono>

#include "crypto/known_answers.h"
#include "tests/crypto/aead_fixture.h"

namespace jvpn::test {
namespace {

using testing::HasSubstr;

class SelfTestOnEveryTier : public EveryTier {};
INSTANTIATE_TEST_SUITE_P(, SelfTestOnEveryTier, testing::ValuesIn(kAllTiers), tier_label);

TEST_P(SelfTestOnEveryTier, Passes) {
  const Result<void> result = crypto_self_test(GetParam());
  EXPECT_TRUE(result) << result.error().what;
}

TEST(SelfTest, CoversEveryPrimitive) {
  std::set<Primitive> covered;
  for (const KnownAnswer& line : known_answers()) covered.insert(line.primitive);
  for (int p = 0; p <= static_cast<int>(Primitive::noise); ++p) {
    EXPECT_TRUE(covered.contains(static_cast<Primitive>(p))) << "primitive " << p;
  }
}

TEST(SelfTest, RefusesATierThatTheCpuLacksAndNamesIt) {
  for (ArchTier tier : kAllTiers) {
    if (cpu_has(tier)) continue;
    const Result<void> result = crypto_self_test(tier);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().what, HasSubstr(tier_name(tier)));
  }
}

/// Runs one line of the table with one column altered.
std::string refusal_of(KnownAnswer line, std::string_view KnownAnswer::*column, std::string value) {
  AeadEngine engine = AeadEngine::create().value();
  line.*column = value;
  const Result<void> result = run_known_answers({&line, 1}, engine);
  return result ? "" : result.error().what;
}

/// As it is with its last hex digit changed.
std::string altered(std::string_view column) {
  std::string out(column);
  out.back() = out.back() == '0' ? '1' : '0';
  return out;
}

TEST(SelfTest, RefusesAWrongAnswerOfEachLineByName) {
  for (const KnownAnswer& line : known_answers()) {
    EXPECT_THAT(refusal_of(line, &KnownAnswer::expected, altered(line.expected)),
                HasSubstr(std::string(line.name)));
  }
}

TEST(SelfTest, RefusesAnAnswerToAnotherInput) {
  for (const KnownAnswer& line : known_answers()) {
    for (const auto column :
         {&KnownAnswer::key, &KnownAnswer::nonce, &KnownAnswer::aad, &KnownAnswer::input}) {
      if ((line.*column).empty()) continue;
      std::string other(line.*column);
      other[2] = other[2] == '7' ? '8' : '7';  // X25519 ignores some bits of the first byte
      EXPECT_NE(refusal_of(line, column, other), "") << line.name << ": " << other;
    }
  }
}

TEST(SelfTest, RefusesATableThatCannotBeRead) {
  for (const KnownAnswer& line : known_answers()) {
    EXPECT_NE(refusal_of(line, &KnownAnswer::expected, "no hex"), "") << line.name;
    EXPECT_NE(refusal_of(line, &KnownAnswer::expected, ""), "") << line.name;
    if (!line.key.empty()) {
      EXPECT_NE(refusal_of(line, &KnownAnswer::key, "00"), "") << line.name;
    }
  }
}

TEST(SelfTest, IsFastEnoughToRunAtEveryStart) {
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(crypto_self_test());
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - before;
  RecordProperty("milliseconds", std::to_string(took.count()));
  EXPECT_LT(took.count(), 50) << "milliseconds";
}

}  // namespace
}  // namespace jvpn::test
