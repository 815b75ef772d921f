// SPDX-License-Identifier: Apache-2.0
#include "apps/common/key_file.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/apps/temp_folder.h"

namespace jvpn {
namespace {

constexpr const char* kText = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

Bytes<32> counting() {
  Bytes<32> key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  return key;
}

TEST(KeyText, GoesThereAndBack) {
  EXPECT_EQ(key_text(counting()), kText);
  EXPECT_EQ(parse_key(kText), counting());
}

TEST(KeyText, RefusesEverythingButThirtyTwoBytesOfBase64) {
  const std::string text = kText;
  for (const std::string& bad : {std::string(), text.substr(1), text + "A", "!" + text.substr(1),
                                 text.substr(0, 43), std::string("AAECAw==")}) {
    EXPECT_FALSE(parse_key(bad)) << bad;
  }
}

TEST(KeyFile, IsReadWithTheLineEndThatEditorsAdd) {
  const TempFolder folder;
  const auto key = read_key_file(folder.write("k", std::string(kText) + "\n"));
  ASSERT_TRUE(key) << key.error().what;
  EXPECT_TRUE(std::ranges::equal(key->view(), counting()));
}

TEST(KeyFile, ThatOthersMayReadIsRefused) {
  const TempFolder folder;
  for (const mode_t mode : {mode_t{0640}, mode_t{0604}, mode_t{0622}}) {
    const auto key = read_key_file(folder.write("k", kText, mode));
    ASSERT_FALSE(key);
    EXPECT_NE(key.error().what.find(folder / "k"), std::string::npos);
    EXPECT_NE(key.error().what.find("chmod 600"), std::string::npos);
  }
}

TEST(KeyFile, ThatIsMissingOrNoKeyIsNamed) {
  const TempFolder folder;
  EXPECT_EQ(read_key_file(folder / "none").error().what,
            folder / "none" + ": No such file or directory");
  EXPECT_EQ(read_key_file(folder.write("bad", "no key")).error().what,
            folder / "bad" + ": expected 32 bytes in base64 and nothing else");
  EXPECT_EQ(read_key_file(folder.write("long", std::string(4000, 'A'))).error().what,
            folder / "long" + ": expected 32 bytes in base64 and nothing else");
}

}  // namespace
}  // namespace jvpn
