// SPDX-License-Identifier: Apache-2.0
#include "control/audit_log.h"

#include <nlohmann/json.hpp>

#include "crypto/kdf.h"

namespace jvpn {
namespace {

using Json = nlohmann::ordered_json;

std::string hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

/// Bytes that are no UTF-8 are replaced: a peer's name must not stop the audit.
std::string text_of(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string hash_of(const Json& without_hash) {
  const std::string text = text_of(without_hash);
  return hex(hash({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
}

void add_fields(Json& object, const AuditEvent& event) {
  for (const auto& [name, value] : event.fields) {
    std::visit([&, key = std::string(name)](const auto& v) { object[key] = v; }, value);
  }
}

Result<Json> parse_line(std::string_view line) {
  Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) return fail("audit line is not a JSON object");
  for (const char* name : {"prev_hash", "hash"}) {
    if (!object.contains(name) || !object[name].is_string()) {
      return fail(std::string("audit line has no ") + name);
    }
  }
  if (!object.contains("seq") || !object["seq"].is_number_unsigned()) {
    return fail("audit line has no seq");
  }
  return object;
}

AuditPosition after(const Json& object) {
  return {object["seq"].get<std::uint64_t>() + 1, object["hash"].get<std::string>()};
}

}  // namespace

AuditLog::AuditLog(AuditOrigin origin, AuditPosition position, Sink sink)
    : origin_(std::move(origin)), position_(std::move(position)), sink_(std::move(sink)) {}

void AuditLog::write(const AuditEvent& event, std::int64_t ts_ms) {
  if (gap_.lost != 0 && write_line(event_of(gap_), ts_ms)) gap_ = {};
  if (gap_.lost != 0 || !write_line(event, ts_ms)) note_lost(event.at);
}

void AuditLog::note_lost(Instant at) {
  if (gap_.lost == 0) gap_.from = at;
  gap_.to = at;
  ++gap_.lost;
}

AuditEvent AuditLog::event_of(const Gap& gap) const {
  AuditEvent event;
  event.type = "AuditGap";
  event.at = gap.to;
  event.fields = {{"lost", static_cast<std::int64_t>(gap.lost)},
                  {"from_mono_ns", gap.from.ns},
                  {"to_mono_ns", gap.to.ns}};
  return event;
}

bool AuditLog::write_line(const AuditEvent& event, std::int64_t ts_ms) {
  Json object;
  object["seq"] = position_.next_seq;
  object["ts_ms"] = ts_ms;
  object["mono_ns"] = event.at.ns;
  object["node_id"] = origin_.node_id;
  object["owner_epoch"] = origin_.owner_epoch.value;
  object["session_id"] = to_string(event.session);
  object["state_version"] = to_string(event.version);
  object["policy_version"] =
      event.policy_version.empty() ? origin_.policy_version : event.policy_version;
  object["event_type"] = std::string(event.type);
  object["reason_code"] = std::string(to_string(event.reason));
  add_fields(object, event);
  object["prev_hash"] = position_.prev_hash;
  std::string digest = hash_of(object);
  object["hash"] = digest;
  if (!sink_(text_of(object) + '\n')) return false;
  position_ = {position_.next_seq + 1, std::move(digest)};
  return true;
}

Result<AuditPosition> follow_audit_line(const AuditPosition& before, std::string_view line) {
  Result<Json> parsed = parse_line(line);
  if (!parsed) return fail(parsed.error().what);
  Json& object = *parsed;
  AuditPosition position = after(object);
  if (position.next_seq != before.next_seq + 1) {
    return fail("audit line has seq " + object["seq"].dump() + ", expected " +
                std::to_string(before.next_seq));
  }
  if (object["prev_hash"] != before.prev_hash)
    return fail("audit line does not continue the chain");
  object.erase("hash");
  if (hash_of(object) != position.prev_hash) return fail("audit line was altered");
  return position;
}

Result<AuditPosition> position_after(std::string_view line) {
  const Result<Json> parsed = parse_line(line);
  if (!parsed) return fail(parsed.error().what);
  return after(*parsed);
}

}  // namespace jvpn
