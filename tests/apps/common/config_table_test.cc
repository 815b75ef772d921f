// SPDX-License-Identifier: Apache-2.0
#include "apps/common/config_table.h"

#include <gtest/gtest.h>

#include "apps/common/config_file.h"
#include "tests/apps/temp_folder.h"

namespace jvpn {
namespace {

struct Read {
  std::uint16_t mtu = 1420;
  double factor = 1.5;
  std::string name = "none";
  std::vector<unsigned> cores{7};
  Duration wait = 3s;
  int mode = 0;
};

/// What a typical reader says of `text`, which stands in a file called c.toml; "" when it is good.
std::string complaint(std::string_view text, Read& read) {
  const TempFolder folder;
  auto file = ConfigFile::parse(folder.write("c.toml", text));
  const std::size_t before_name = folder.path().size() + 1;
  if (!file) return file.error().what.substr(before_name);
  ConfigTable link = file->root().table("link");
  link.number<std::uint16_t>("mtu", read.mtu, 1280, 9000);
  link.real("factor", read.factor);
  link.text("name", read.name);
  link.numbers("cores", read.cores, 15);
  link.milliseconds("wait_ms", read.wait);
  link.choice<int>("mode", read.mode, {{"slow", 1}, {"fast", 2}});
  const auto good = file->finish();
  return good ? "" : good.error().what.substr(before_name);
}

std::string complaint(std::string_view text) {
  Read ignored;
  return complaint(text, ignored);
}

TEST(ConfigTable, LeavesDefaultsWhereNothingStands) {
  Read read;
  EXPECT_EQ(complaint("", read), "");
  EXPECT_EQ(read.mtu, 1420);
  EXPECT_EQ(read.name, "none");
  EXPECT_EQ(read.cores, std::vector<unsigned>{7});
}

TEST(ConfigTable, ReadsEveryKind) {
  Read read;
  EXPECT_EQ(complaint("[link]\nmtu = 9000\nfactor = 2\nname = 'n'\ncores = [0, 15]\nwait_ms = 5\n"
                      "mode = 'fast'\n",
                      read),
            "");
  EXPECT_EQ(read.mtu, 9000);
  EXPECT_EQ(read.factor, 2.0);
  EXPECT_EQ(read.name, "n");
  EXPECT_EQ(read.cores, (std::vector<unsigned>{0, 15}));
  EXPECT_EQ(read.wait, 5ms);
  EXPECT_EQ(read.mode, 2);
}

TEST(ConfigTable, RefusesAValueWithLineColumnKeyValueAndExpectation) {
  EXPECT_EQ(complaint("[link]\n\nmtu = 1279\n"),
            "c.toml:3:7: link.mtu = 1279: expected a whole number from 1280 to 9000");
  EXPECT_EQ(complaint("[link]\nmtu = 'big'\n"),
            "c.toml:2:7: link.mtu = 'big': expected a whole number from 1280 to 9000");
  EXPECT_EQ(complaint("[link]\nmtu = 99999999999\n"),
            "c.toml:2:7: link.mtu = 99999999999: expected a whole number from 1280 to 9000");
  EXPECT_EQ(complaint("[link]\nfactor = true\n"),
            "c.toml:2:10: link.factor = true: expected a number");
  EXPECT_EQ(complaint("[link]\nname = ''\n"), "c.toml:2:8: link.name = '': expected a text");
  EXPECT_EQ(complaint("[link]\ncores = [1, 16]\n"),
            "c.toml:2:9: link.cores = [ 1, 16 ]: expected a list of whole numbers from 0 to 15");
  EXPECT_EQ(complaint("[link]\nmode = 'medium'\n"),
            "c.toml:2:8: link.mode = 'medium': expected one of: slow, fast");
  EXPECT_NE(complaint("[link]\nwait_ms = -1\n").find("link.wait_ms = -1: expected"),
            std::string::npos);
  EXPECT_EQ(complaint("link = 3\n"), "c.toml:1:8: link = 3: expected a table, [link]");
}

TEST(ConfigTable, RefusesAKeyThatNobodyAskedForBeforeAnythingElse) {
  EXPECT_EQ(complaint("[link]\nmtu = 1\nmut = 1\n"), "c.toml:3:1: unknown key link.mut");
  EXPECT_EQ(complaint("[link]\n[lnk]\nmtu = 1500\n"), "c.toml:2:2: unknown key lnk");
}

TEST(ConfigTable, PointsAtWhatIsNoToml) {
  EXPECT_EQ(complaint("[link]\nmtu = \n").substr(0, 8), "c.toml:2");
}

TEST(ConfigFile, NamesAFileThatCannotBeRead) {
  const TempFolder folder;
  const auto missing = ConfigFile::parse(folder / "none.toml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().what, folder / "none.toml" + ": No such file or directory");
  const auto is_folder = ConfigFile::parse(folder.path());
  ASSERT_FALSE(is_folder);
  EXPECT_NE(is_folder.error().what.find("is a folder"), std::string::npos);
}

TEST(ConfigFile, SeesPathsFromItsOwnFolder) {
  const TempFolder folder;
  const auto file = ConfigFile::parse(folder.write("c.toml", ""));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->resolve("a.key"), folder / "a.key");
  EXPECT_EQ(file->resolve("/etc/a.key"), "/etc/a.key");
}

}  // namespace
}  // namespace jvpn
