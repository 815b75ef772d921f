// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/audit_file.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/apps/temp_folder.h"

namespace jvpn {
namespace {

/// One gateway's life: opens the file, writes so many events, ends.
void live(const std::string& path, int events) {
  auto file = AuditFile::open(path);
  ASSERT_TRUE(file) << file.error().what;
  AuditLog log({"1", OwnerEpoch{1}, "1.0"}, file->position_at_open(),
               [&](std::string_view line) { return file->append(line); });
  AuditEvent event;
  event.type = "SessionCreated";
  for (int i = 0; i < events; ++i) log.write(event, 0);
  EXPECT_EQ(file->lines_lost(), 0u);
}

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(AuditFile, ContinuesTheChainThatStandsInIt) {
  const TempFolder folder;
  const std::string path = folder / "audit.jsonl";
  live(path, 2);
  live(path, 3);
  AuditPosition at;
  const auto lines = lines_of(path);
  ASSERT_EQ(lines.size(), 5u);
  for (const std::string& line : lines) {
    const auto next = follow_audit_line(at, line);
    ASSERT_TRUE(next) << next.error().what;
    at = *next;
  }
}

TEST(AuditFile, KeepsALineThatACrashCutShortApart) {
  const TempFolder folder;
  const std::string path = folder / "audit.jsonl";
  live(path, 1);
  std::ofstream(path, std::ios::app) << R"({"seq":2,"ts_)";
  live(path, 1);
  const auto lines = lines_of(path);
  ASSERT_EQ(lines.size(), 3u);
  const auto first = follow_audit_line({}, lines[0]);
  ASSERT_TRUE(first);
  EXPECT_TRUE(follow_audit_line(*first, lines[2]));
}

TEST(AuditFile, IsWholeThoughTheKernelsCopyIsLetGo) {
  const TempFolder folder;
  const std::string path = folder / "audit.jsonl";
  live(path, 6000);
  const auto lines = lines_of(path);
  ASSERT_EQ(lines.size(), 6000u);
  const auto before = position_after(lines[5998]);
  ASSERT_TRUE(before);
  EXPECT_EQ(before->next_seq, 6000u);
  EXPECT_TRUE(follow_audit_line(*before, lines[5999]));
  live(path, 1);
  EXPECT_TRUE(position_after(lines_of(path).back()));
}

TEST(AuditFile, IsForItsOwnerOnly) {
  const TempFolder folder;
  const std::string path = folder / "audit.jsonl";
  live(path, 1);
  struct stat about {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
}

TEST(AuditFile, RefusesToContinueWhatIsNoAuditLog) {
  const TempFolder folder;
  const std::string path = folder.write("notes.txt", "remember the milk\n");
  const auto file = AuditFile::open(path);
  ASSERT_FALSE(file);
  EXPECT_TRUE(file.error().what.starts_with(path + ": its last line is no audit event"));
  EXPECT_EQ(lines_of(path), std::vector<std::string>{"remember the milk"});
}

TEST(AuditFile, NamesAPathThatCannotBeWritten) {
  EXPECT_EQ(AuditFile::open("/proc/audit.jsonl").error().what,
            "/proc/audit.jsonl: No such file or directory");
}

}  // namespace
}  // namespace jvpn
