// SPDX-License-Identifier: Apache-2.0
#include "control/audit_log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace jvpn {
namespace {

using Json = nlohmann::ordered_json;

struct AuditLines : testing::Test {
  AuditEvent event(std::uint32_t sequence) {
    AuditEvent out;
    out.type = "SessionStateChange";
    out.reason = Reason::reattach_success;
    out.session.bytes[15] = 0xab;
    out.version = {OwnerEpoch{1}, sequence};
    out.at = Instant{123'456'789};
    out.fields = {{"previous_state", std::string("RECOVERING")},
                  {"loss_ratio", 0.25},
                  {"explicit", true},
                  {"count", std::int64_t{-4}}};
    return out;
  }
  std::vector<std::string> lines;
  bool full = false;  ///< nothing can be kept
  std::size_t calls = 0;
  AuditLog log{{"gw1", OwnerEpoch{1}, "1.0"}, {}, [this](std::string_view text) {
                 ++calls;
                 for (std::size_t end = 0; !full && !text.empty(); text.remove_prefix(end)) {
                   end = text.find('\n') + 1;
                   lines.emplace_back(text.substr(0, end));
                 }
                 return !full;
               }};
};

TEST_F(AuditLines, CarryTheBaseFieldsInTheirOrderAndThenTheirOwn) {
  log.write(event(4), 1'700'000'000'000);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].back(), '\n');
  EXPECT_EQ(lines[0].find(R"({"seq":1,"ts_ms":1700000000000,"mono_ns":123456789,"node_id":"gw1",)"
                          R"("owner_epoch":1,"session_id":"000000000000000000000000000000ab",)"
                          R"("state_version":"1:4","policy_version":"1.0",)"
                          R"("event_type":"SessionStateChange","reason_code":"reattach_success",)"
                          R"("previous_state":"RECOVERING","loss_ratio":0.25,"explicit":true,)"
                          R"("count":-4,"prev_hash":")"),
            0u);
  EXPECT_EQ(Json::parse(lines[0])["prev_hash"], std::string(64, '0'));
}

TEST_F(AuditLines, FormAChainThatCanBeFollowed) {
  for (std::uint32_t n = 1; n <= 5; ++n) log.write(event(n), n);
  AuditPosition position;
  for (const std::string& line : lines) {
    const auto next = follow_audit_line(position, line);
    ASSERT_TRUE(next.has_value()) << next.error().what;
    position = *next;
  }
  EXPECT_EQ(position.next_seq, log.position().next_seq);
  EXPECT_EQ(position.prev_hash, log.position().prev_hash);
}

TEST_F(AuditLines, BetrayChangedMissingAndSwappedLines) {
  for (std::uint32_t n = 1; n <= 3; ++n) log.write(event(n), n);
  std::string changed = lines[0];
  changed.replace(changed.find("0.25"), 4, "0.26");
  EXPECT_FALSE(follow_audit_line({}, changed).has_value());
  EXPECT_FALSE(follow_audit_line({}, lines[1]).has_value());
  const auto first = follow_audit_line({}, lines[0]);
  EXPECT_FALSE(follow_audit_line(*first, lines[2]).has_value());
  EXPECT_FALSE(follow_audit_line(*first, lines[0]).has_value());
  for (const char* bad : {"", "{}", "[1]", "{\"seq\":1}", "not json"}) {
    EXPECT_FALSE(follow_audit_line({}, bad).has_value()) << bad;
  }
}

TEST_F(AuditLines, ContinueAnExistingFile) {
  log.write(event(1), 1);
  const auto position = position_after(lines[0]);
  ASSERT_TRUE(position.has_value());
  std::string continued;
  AuditLog second({"gw1", OwnerEpoch{2}, "1.0"}, *position,
                  [&](std::string_view line) { return continued = line, true; });
  second.write(event(1), 2);
  EXPECT_TRUE(follow_audit_line(*position, continued).has_value());
}

TEST_F(AuditLines, SayHowManyAreMissingBeforeAnythingElse) {
  log.write(event(1), 1);
  full = true;
  for (std::uint32_t n = 2; n <= 4; ++n) log.write(event(n), n);
  full = false;
  log.write(event(5), 5);
  ASSERT_EQ(lines.size(), 3u);
  const Json gap = Json::parse(lines[1]);
  EXPECT_EQ(gap["event_type"], "AuditGap");
  EXPECT_EQ(gap["lost"], 3);
  EXPECT_EQ(gap["from_mono_ns"], 123456789);
  EXPECT_EQ(gap["to_mono_ns"], 123456789);
  AuditPosition position;
  for (const std::string& line : lines) {
    const auto next = follow_audit_line(position, line);
    ASSERT_TRUE(next.has_value()) << next.error().what;
    position = *next;
  }
  EXPECT_EQ(Json::parse(lines[2])["state_version"], "1:5");
}

TEST_F(AuditLines, CountAGapThatGoesOn) {
  full = true;
  log.write(event(1), 1);
  log.write(event(2), 2);
  full = false;
  log.note_lost(Instant{5});
  log.write(event(3), 3);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(Json::parse(lines[0])["lost"], 3);
}

TEST_F(AuditLines, OfOneDecisionAreHandedOverAtOnce) {
  for (std::uint32_t n = 1; n <= 3; ++n) log.add(event(n), n);
  EXPECT_EQ(calls, 0u);
  log.flush();
  log.flush();
  EXPECT_EQ(calls, 1u);
  EXPECT_EQ(lines.size(), 3u);
}

TEST_F(AuditLines, OfOneDecisionAreLostTogetherAndTheChainGoesOnWhereItWasKept) {
  log.write(event(1), 1);
  full = true;
  log.write(event(2), 2);
  for (std::uint32_t n = 3; n <= 5; ++n) log.add(event(n), n);
  log.flush();
  full = false;
  log.add(event(6), 6);
  log.add(event(7), 7);
  log.flush();
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(Json::parse(lines[1])["lost"], 4);
  AuditPosition position;
  for (const std::string& line : lines) {
    const auto next = follow_audit_line(position, line);
    ASSERT_TRUE(next.has_value()) << next.error().what;
    position = *next;
  }
}

TEST_F(AuditLines, WhatWaitsIsKeptBeforeALossIsNoted) {
  log.add(event(1), 1);
  log.note_lost(Instant{5});
  log.write(event(2), 2);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(Json::parse(lines[0])["state_version"], "1:1");
  EXPECT_EQ(Json::parse(lines[1])["lost"], 1);
}

TEST_F(AuditLines, AreWhatAJsonLibraryWouldWrite) {
  AuditEvent odd = event(1);
  odd.policy_version = "2.7";
  odd.fields = {{"quoted", std::string("a \"b\" \\ \n \x01 \x7f")},
                {"foreign", std::string("Gr\u00fc\u00dfe")},
                {"small", 1e-7},
                {"third", 1.0 / 3},
                {"whole", 2.0},
                {"zero", 0.0},
                {"least", INT64_MIN},
                {"no", false}};
  log.write(odd, -5);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(Json::parse(lines[0]).dump() + '\n', lines[0]);
}

TEST_F(AuditLines, NameTransportsAsEveryoneDoes) {
  const std::vector<Endpoint> transports{*parse_endpoint("203.0.113.250:65535"),
                                         *parse_endpoint("0.0.0.1:1"),
                                         *parse_endpoint("[2001:db8::7]:40000"), Endpoint{}};
  for (const Endpoint& transport : transports) {
    AuditEvent moved = event(1);
    moved.fields = {{"new_transport", transport}};
    log.write(moved, 1);
    const std::string written = Json::parse(lines.back())["new_transport"];
    EXPECT_EQ(written, transport_name(transport));
    EXPECT_EQ(written, transport.is_unset() ? "none" : to_string(transport));
    EXPECT_EQ(text_of(moved.fields[0].second), written);
  }
}

TEST_F(AuditLines, SurviveTextThatIsNoUtf8) {
  AuditEvent odd = event(1);
  odd.fields = {{"peer", std::string("\xff\xfe")}};
  log.write(odd, 1);
  EXPECT_TRUE(follow_audit_line({}, lines[0]).has_value());
}

}  // namespace
}  // namespace jvpn
