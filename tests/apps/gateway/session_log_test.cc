// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/session_log.h"

#include <gtest/gtest.h>

namespace jvpn {
namespace {

AuditEvent event_of(std::string_view type, Reason reason) {
  AuditEvent event;
  event.type = type;
  event.reason = reason;
  event.session.bytes.fill(0x1a);
  event.version = StateVersion{OwnerEpoch{1}, 5};
  return event;
}

TEST(SessionLog, SaysEachStateChangeInOneLine) {
  AuditEvent event = event_of("SessionStateChange", Reason::heartbeat_timeout);
  event.fields = {{"previous_state", "ATTACHED"}, {"new_state", "VOLATILE"}};
  EXPECT_EQ(log_line(event),
            "session 1a1a1a1a: ATTACHED -> VOLATILE (heartbeat_timeout), version 1:5");
}

TEST(SessionLog, SaysWhereASessionMoved) {
  AuditEvent event = event_of("TransportSwitch", Reason::peer_transport_changed);
  event.fields = {{"previous_transport", "192.0.2.7:4000"},
                  {"new_transport", "203.0.113.9:4001"},
                  {"switch_latency_ms", std::int64_t{12}}};
  EXPECT_EQ(log_line(event),
            "session 1a1a1a1a: moved from 192.0.2.7:4000 to 203.0.113.9:4001 in 12 ms "
            "(peer_transport_changed)");
}

TEST(SessionLog, LeavesTheRestToTheAuditLog) {
  EXPECT_EQ(log_line(event_of("ReattachAttempt", Reason::none)), std::nullopt);
}

}  // namespace
}  // namespace jvpn
