// SPDX-License-Identifier: Apache-2.0
#include "client/os/tool.h"

#include <gtest/gtest.h>

#include <chrono>

namespace jvpn::client {
namespace {

TEST(Tool, IsFoundWhereTheSystemKeepsItsTools) {
  EXPECT_TRUE(find_tool("sh"));
  EXPECT_FALSE(find_tool("no-such-tool-of-jvpn"));
  EXPECT_FALSE(find_tool("../../etc/passwd"));
}

TEST(Tool, GetsItsInputAndItsWordsAsTheyAre) {
  const std::string awkward = "a b; $(reboot) `x` \"y\" 'z' *";
  const auto same = run_tool({*find_tool("grep"), "-qxF", "--", awkward}, awkward + "\n");
  EXPECT_TRUE(same) << same.error().what;
  EXPECT_FALSE(run_tool({*find_tool("grep"), "-qxF", "--", awkward}, "other\n"));
}

TEST(Tool, SaysWhatItComplainedOfAndWithWhichCode) {
  const auto done = run_tool({*find_tool("ls"), "/no-such-folder-of-jvpn"});
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("no-such-folder-of-jvpn"), std::string::npos);
  EXPECT_NE(done.error().what.find("(2)"), std::string::npos) << done.error().what;
  EXPECT_EQ(done.error().what.find('\n'), std::string::npos);
}

TEST(Tool, ThatIsMissingIsAnError) {
  EXPECT_FALSE(run_tool({"/no-such-tool-of-jvpn"}));
}

TEST(Tool, GetsMoreInputThanAPipeHolds) {
  EXPECT_TRUE(run_tool({*find_tool("true")}, std::string(1 << 20, 'x')));
}

}  // namespace
}  // namespace jvpn::client
