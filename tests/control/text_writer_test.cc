// SPDX-License-Identifier: Apache-2.0
#include "control/text_writer.h"

#include <gtest/gtest.h>

namespace jvpn {
namespace {

TEST(TextWriter, AppendsPiecesOfAnyLengthToWhatThereIs) {
  std::string text = "before|";
  const std::string long_piece(5000, 'x');
  {
    TextWriter out(text);
    EXPECT_TRUE(out.is_empty());
    out << "literal" << ' ' << std::string_view("view") << -7 << ' '
        << std::uint64_t{18446744073709551615u} << long_piece;
    out.hex(Bytes<3>{0x00, 0xab, 0xff}) << '!';
    out.take_back(1);
    EXPECT_EQ(out.written(), "literal view-7 18446744073709551615" + long_piece + "00abff");
  }
  EXPECT_EQ(text, "before|literal view-7 18446744073709551615" + long_piece + "00abff");
}

TEST(TextWriter, LeavesTheTextAsItWasWhenNothingIsWritten) {
  std::string text = "as it was";
  { const TextWriter out(text); }
  EXPECT_EQ(text, "as it was");
}

}  // namespace
}  // namespace jvpn
