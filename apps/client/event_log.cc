// SPDX-License-Identifier: Apache-2.0
#include "apps/client/event_log.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

namespace jvpn::client {
namespace {

struct ToJson {
  nlohmann::json operator()(const Endpoint& transport) const { return transport_name(transport); }
  nlohmann::json operator()(const auto& plain) const { return plain; }
};

}  // namespace

Result<EventLog> EventLog::open(const std::string& path) {
  if (path.empty()) return EventLog(FileHandle());
  FileHandle file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!file.is_open()) return fail(path + ": " + std::strerror(errno));
  return EventLog(std::move(file));
}

std::string to_json_line(const AuditEvent& event, std::uint64_t sequence, std::int64_t wall_ms) {
  nlohmann::ordered_json line;
  line["seq"] = sequence;
  line["ts_ms"] = wall_ms;
  line["mono_ns"] = event.at.ns;
  line["node_id"] = 0;
  line["owner_epoch"] = event.version.owner_epoch.value;
  line["session_id"] = to_string(event.session);
  line["state_version"] = to_string(event.version);
  line["policy_version"] = "";  // the gateway's to know
  line["event_type"] = event.type;
  line["reason_code"] = to_string(event.reason);
  for (const auto& [name, value] : event.fields) {
    line[std::string(name)] = std::visit(ToJson(), value);
  }
  return line.dump();
}

bool EventLog::write(const AuditEvent& event, std::int64_t wall_ms) {
  if (!file_.is_open()) return true;
  const std::string line = to_json_line(event, ++sequence_, wall_ms) + '\n';
  return ::write(file_.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace jvpn::client
