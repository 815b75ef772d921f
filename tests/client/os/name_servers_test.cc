// SPDX-License-Identifier: Apache-2.0
#include "client/os/name_servers.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "tests/apps/temp_folder.h"

namespace jvpn::client {
namespace {

const std::array kServers{*parse_address("10.99.0.53"), *parse_address("fd99::53"), IpAddress{}};
constexpr const char* kFormer = "nameserver 192.0.2.53\n";

class NameServersTest : public testing::Test {
 protected:
  std::string content(const std::string& name) const {
    return (std::ostringstream() << std::ifstream(folder / name).rdbuf()).str();
  }
  bool exists(const std::string& name) const {
    return faccessat(AT_FDCWD, (folder / name).c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  }
  NameServers by_file() const { return {{{}, {}, folder / "resolv.conf"}, "jvpn0"}; }
  /// A tool that writes down how it was called.
  std::string recorder(const std::string& name) const {
    const std::string log = folder / "calls";
    folder.write(name, "#!/bin/sh\necho \"$@\" >> '" + log + "'\ncat >> '" + log + "'\n");
    chmod((folder / name).c_str(), 0755);
    return folder / name;
  }

  TempFolder folder;
};

TEST_F(NameServersTest, ReplaceTheFileAndPutItBack) {
  folder.write("resolv.conf", kFormer);
  NameServers names = by_file();
  ASSERT_TRUE(names.set(kServers));
  EXPECT_NE(content("resolv.conf").find("nameserver 10.99.0.53\nnameserver fd99::53\n"),
            std::string::npos);
  EXPECT_EQ(content("resolv.conf").find("192.0.2.53"), std::string::npos);
  ASSERT_TRUE(names.restore());
  EXPECT_EQ(content("resolv.conf"), kFormer);
  EXPECT_FALSE(exists("resolv.conf.before-jvpn"));
}

TEST_F(NameServersTest, KeepALinkALink) {
  folder.write("stub.conf", kFormer);
  ASSERT_EQ(symlink("stub.conf", (folder / "resolv.conf").c_str()), 0);
  NameServers names = by_file();
  ASSERT_TRUE(names.set(kServers));
  EXPECT_EQ(content("stub.conf"), kFormer) << "what it points to is somebody else's";
  ASSERT_TRUE(names.restore());
  struct stat about {};
  ASSERT_EQ(lstat((folder / "resolv.conf").c_str(), &about), 0);
  EXPECT_TRUE(S_ISLNK(about.st_mode));
  EXPECT_EQ(content("resolv.conf"), kFormer);
}

TEST_F(NameServersTest, PutBackWhatACrashHasLeft) {
  folder.write("resolv.conf", kFormer);
  {
    NameServers crashed = by_file();
    ASSERT_TRUE(crashed.set(kServers));
  }
  NameServers next = by_file();
  EXPECT_TRUE(next.clear_leftover().value());
  EXPECT_EQ(content("resolv.conf"), kFormer);
  EXPECT_FALSE(next.clear_leftover().value());
}

TEST_F(NameServersTest, KeepTheVeryFirstFileOverSeveralChanges) {
  folder.write("resolv.conf", kFormer);
  NameServers names = by_file();
  ASSERT_TRUE(names.set(kServers));
  ASSERT_TRUE(names.set(std::span(kServers).subspan(1, 1)));
  EXPECT_EQ(content("resolv.conf").find("10.99.0.53"), std::string::npos);
  ASSERT_TRUE(names.set({}));
  EXPECT_EQ(content("resolv.conf"), kFormer);
}

TEST_F(NameServersTest, LeaveAFileAloneThatSomebodyElseWroteMeanwhile) {
  folder.write("resolv.conf", kFormer);
  NameServers names = by_file();
  ASSERT_TRUE(names.set(kServers));
  folder.write("resolv.conf", "nameserver 192.0.2.99\n");
  ASSERT_TRUE(names.restore());
  EXPECT_EQ(content("resolv.conf"), "nameserver 192.0.2.99\n");
  EXPECT_FALSE(exists("resolv.conf.before-jvpn"));
}

TEST_F(NameServersTest, GoAwayAgainWhereThereWasNoFile) {
  NameServers names = by_file();
  ASSERT_TRUE(names.set(kServers));
  ASSERT_TRUE(names.restore());
  EXPECT_FALSE(exists("resolv.conf"));
}

TEST_F(NameServersTest, SayWhenTheFileCannotBeReplaced) {
  NameServers names({{}, {}, folder / "none/resolv.conf"}, "jvpn0");
  const auto done = names.set(kServers);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("none/resolv.conf"), std::string::npos);
}

TEST_F(NameServersTest, AreGivenToSystemdResolvedByInterface) {
  NameServers names({recorder("resolvectl"), recorder("resolvconf"), folder / "resolv.conf"},
                    "jvpn0");
  EXPECT_EQ(names.manager(), "systemd-resolved");
  ASSERT_TRUE(names.set(kServers));
  ASSERT_TRUE(names.restore());
  EXPECT_EQ(content("calls"), "dns jvpn0 10.99.0.53 fd99::53\ndomain jvpn0 ~.\nrevert jvpn0\n");
  EXPECT_FALSE(exists("resolv.conf"));
}

TEST_F(NameServersTest, AreGivenToResolvconfOnItsInput) {
  NameServers names({{}, recorder("resolvconf"), folder / "resolv.conf"}, "jvpn0");
  ASSERT_TRUE(names.set(kServers));
  ASSERT_TRUE(names.restore());
  EXPECT_EQ(content("calls"), "-a jvpn0\nnameserver 10.99.0.53\nnameserver fd99::53\n-d jvpn0\n");
}

}  // namespace
}  // namespace jvpn::client
