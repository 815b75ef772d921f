// SPDX-License-Identifier: Apache-2.0
#include "apps/ctl/format.h"

#include <gtest/gtest.h>

#include "apps/ctl/commands.h"

namespace jvpn {
namespace {

using nlohmann::json;

json session(const std::string& id) {
  return {{"session_id", id},
          {"peer", "phone"},
          {"state", "ATTACHED"},
          {"state_version", "1:4"},
          {"bound_version", "1:4"},
          {"last_reason", "reattach_success"},
          {"bound", {{"endpoint", "192.0.2.7:4000"}}},
          {"inner", {"10.77.0.2", "fd77::2"}},
          {"suite", "aes-256-gcm"},
          {"total_switches", 1},
          {"age_ms", 61'500},
          {"bytes_up", 1'500},
          {"bytes_down", 999}};
}

TEST(CtlFormat, ShowsASessionInOneLine) {
  EXPECT_EQ(format_sessions(json::array({session("0123456789abcdef0123456789abcdef")})),
            "SESSION   PEER   STATE     VERSION  REASON            BOUND TO        INNER        "
            "       SWITCHES  AGE    UP      DOWN\n"
            "01234567  phone  ATTACHED  1:4      reattach_success  192.0.2.7:4000  10.77.0.2, "
            "fd77::2  1         1m 1s  1.5 kB  999 B\n");
  EXPECT_EQ(format_sessions(json::array()), "no sessions\n");
}

TEST(CtlFormat, ShowsASessionWithoutBinding) {
  json unbound = session("0123456789abcdef0123456789abcdef");
  unbound["bound"] = nullptr;
  EXPECT_NE(format_sessions(json::array({unbound})).find("reattach_success  -  "),
            std::string::npos);
  EXPECT_NE(format_fields(unbound).find("bound           -\n"), std::string::npos);
}

TEST(CtlFormat, LeavesZeroCountersOut) {
  EXPECT_EQ(format_counters({{"replayed", 0}, {"forwarded", 12}}), "forwarded  12\n");
  EXPECT_EQ(format_counters({{"replayed", 0}}), "all counters are zero\n");
}

TEST(CtlFormat, SpeaksOfTimesAndSizesAsPeopleDo) {
  EXPECT_EQ(format_age(0), "0.0 s");
  EXPECT_EQ(format_age(59'999), "59.9 s");
  EXPECT_EQ(format_age(3'600'000), "1h 0m");
  EXPECT_EQ(format_age(90'000'000), "1d 1h");
  EXPECT_EQ(format_bytes(1'000), "1.0 kB");
  EXPECT_EQ(format_bytes(999'999), "1.0 MB");
  EXPECT_EQ(format_bytes(2'500'000'000), "2.5 GB");
}

TEST(CtlPick, NeedsAsMuchOfAnIdAsMakesItUnique) {
  const json list = json::array({session("aa11"), session("aa22"), session("bb33")});
  EXPECT_EQ(pick_session(list, "b")->at("session_id"), "bb33");
  EXPECT_EQ(pick_session(list, "aa2")->at("session_id"), "aa22");
  EXPECT_EQ(pick_session(list, "aa").error().what, "several sessions begin with aa");
  EXPECT_EQ(pick_session(list, "cc").error().what, "no session begins with cc");
}

}  // namespace
}  // namespace jvpn
