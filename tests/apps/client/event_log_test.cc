// SPDX-License-Identifier: Apache-2.0
#include "apps/client/event_log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/apps/temp_folder.h"

namespace jvpn::client {
namespace {

AuditEvent some_event() {
  AuditEvent event{"SessionStateChange",           Reason::reattach_success, SessionId{{0xab}},
                   StateVersion{OwnerEpoch{2}, 7}, Instant{123'456'789},     {}};
  event.fields = {{"previous_state", std::string("RECOVERING")},
                  {"new_state", std::string("ATTACHED")},
                  {"count", std::int64_t{3}},
                  {"explicit", true},
                  {"loss_ratio", 0.5}};
  return event;
}

TEST(ClientEventLog, WritesTheBaseFieldsAndThoseOfItsType) {
  const auto line = nlohmann::json::parse(to_json_line(some_event(), 4, 1700));
  EXPECT_EQ(line["seq"], 4);
  EXPECT_EQ(line["ts_ms"], 1700);
  EXPECT_EQ(line["mono_ns"], 123'456'789);
  EXPECT_EQ(line["node_id"], 0);
  EXPECT_EQ(line["owner_epoch"], 2);
  EXPECT_EQ(line["session_id"], "ab000000000000000000000000000000");
  EXPECT_EQ(line["state_version"], "2:7");
  EXPECT_EQ(line["event_type"], "SessionStateChange");
  EXPECT_EQ(line["reason_code"], "reattach_success");
  EXPECT_EQ(line["previous_state"], "RECOVERING");
  EXPECT_EQ(line["new_state"], "ATTACHED");
  EXPECT_EQ(line["count"], 3);
  EXPECT_EQ(line["explicit"], true);
  EXPECT_EQ(line["loss_ratio"], 0.5);
}

TEST(ClientEventLog, AppendsOneLineEach) {
  const TempFolder folder;
  const std::string path = folder.write("events.jsonl", "{}\n");
  auto log = EventLog::open(path);
  ASSERT_TRUE(log);
  EXPECT_TRUE(log->write(some_event(), 1));
  EXPECT_TRUE(log->write(some_event(), 2));
  std::ifstream in(path);
  std::string line;
  std::vector<std::string> lines;
  while (std::getline(in, line)) lines.push_back(line);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(nlohmann::json::parse(lines[2])["seq"], 2);
}

TEST(ClientEventLog, WritesNothingWithoutAFile) {
  auto log = EventLog::open("");
  ASSERT_TRUE(log);
  EXPECT_TRUE(log->write(some_event(), 1));
}

TEST(ClientEventLog, SaysWhichFileCannotBeOpened) {
  const auto log = EventLog::open("/proc/none/events.jsonl");
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().what.find("/proc/none/events.jsonl"), std::string::npos);
}

}  // namespace
}  // namespace jvpn::client
