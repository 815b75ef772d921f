// SPDX-License-Identifier: Apache-2.0
// What tests look at of a FakeGateway.
#include <algorithm>

#include "control/records/store_keys.h"
#include "tests/control/gateway_fixture.h"

namespace jvpn::test {

std::vector<std::string> FakeGateway::event_types() const {
  std::vector<std::string> types;
  for (const AuditEvent& event : audit) types.emplace_back(event.type);
  return types;
}

std::vector<AuditEvent> FakeGateway::events(std::string_view type) const {
  std::vector<AuditEvent> found;
  std::ranges::copy_if(audit, std::back_inserter(found),
                       [&](const AuditEvent& event) { return event.type == type; });
  return found;
}

std::vector<std::string> FakeGateway::transitions() const {
  std::vector<std::string> lines;
  for (const AuditEvent& event : events("SessionStateChange")) {
    lines.push_back(field(event, "previous_state") + "->" + field(event, "new_state") + " " +
                    std::string(to_string(event.reason)) + " " + to_string(event.version));
  }
  return lines;
}

std::uint64_t FakeGateway::counter(std::string_view name) const {
  for (const auto& [counted, value] : core.counters()) {
    if (counted == name) return value;
  }
  return 0;
}

SessionInfo FakeGateway::session() const {
  return core.sessions(now).at(0);
}

SessionRecord FakeGateway::wanted(std::size_t n) const {
  return read_session_record(asked.at(n).writes.at(0).value.value()).value();
}

std::size_t FakeGateway::stored_sessions() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      store.content(), [](const auto& entry) { return entry.first.starts_with(kSessionKeys); }));
}

std::string FakeGateway::picture() const {
  std::string text;
  for (const SessionInfo& info : core.sessions(now)) {
    text += to_string(info.id) + " " + std::string(to_string(info.state)) + " " +
            to_string(info.version) + " " + to_string(info.bound_version) + " " +
            to_string(info.bound) + " " + std::to_string(info.total_switches) + "\n";
  }
  for (const auto& [tag, view] : views) {
    text += std::to_string(tag.value()) + " " + to_string(view.version) + " " +
            to_string(view.bound) + " " + to_string(view.draining) + " " +
            std::to_string(view.drain_until.ns) + "\n";
  }
  for (const AuditEvent& event : audit) {
    if (event.type != "SecurityReplayDetected") text += as_text(event) + "\n";
  }
  return text + std::to_string(installed) + " " + std::to_string(stored_sessions());
}

std::string field(const AuditEvent& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return text_of(value);
  }
  return "";
}

std::string as_text(const AuditEvent& event) {
  std::string text = std::to_string(event.at.ns) + " " + std::string(event.type) + " " +
                     std::string(to_string(event.reason)) + " " + to_string(event.session) + " " +
                     to_string(event.version);
  for (const auto& [name, value] : event.fields) {
    text += " " + std::string(name) + "=" + field(event, name);
  }
  return text;
}

}  // namespace jvpn::test
