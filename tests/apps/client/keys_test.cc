// SPDX-License-Identifier: Apache-2.0
#include "apps/client/keys.h"

#include <gtest/gtest.h>

#include <sstream>

#include "apps/common/key_file.h"

namespace jvpn::client {
namespace {

TEST(ClientKeys, AreFreshEachTime) {
  std::ostringstream one, two;
  write_new_key(one);
  write_new_key(two);
  EXPECT_NE(one.str(), two.str());
  EXPECT_EQ(one.str().size(), 45u);
  EXPECT_TRUE(parse_key(one.str().substr(0, 44)));
}

TEST(ClientKeys, GiveThePublicKeyOfRfc7748) {
  Bytes<32> secret{0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1,
                   0x72, 0x51, 0xb2, 0x66, 0x45, 0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0,
                   0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9, 0x2c, 0x2a};
  std::istringstream in(key_text(secret) + "\n");
  std::ostringstream out;
  ASSERT_TRUE(write_public_key(in, out));
  EXPECT_EQ(out.str(), "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n");
}

TEST(ClientKeys, RefuseWhatIsNoPrivateKey) {
  for (const char* text : {"", "abc", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= more"}) {
    std::istringstream in(text);
    std::ostringstream out;
    EXPECT_FALSE(write_public_key(in, out)) << text;
    EXPECT_TRUE(out.str().empty());
  }
}

}  // namespace
}  // namespace jvpn::client
