// SPDX-License-Identifier: Apache-2.0
#include "control/audit_log.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "control/audit_line.h"
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

std::string text_of(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string hash_of(std::string_view text) {
  return hex(hash({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
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

void AuditLog::Gap::note(Instant at) {
  if (lost == 0) from = at;
  to = at;
  ++lost;
}

void AuditLog::add(const AuditEvent& event, std::int64_t ts_ms) {
  if (waiting_.empty()) {
    kept_ = position_;
    if_lost_ = gap_;
  }
  if (gap_.lost != 0) append(event_of(std::exchange(gap_, {})), ts_ms);
  append(event, ts_ms);
  if_lost_.note(event.at);
}

void AuditLog::flush() {
  if (waiting_.empty()) return;
  if (!sink_(waiting_)) {
    position_ = kept_;
    gap_ = if_lost_;
  }
  waiting_.clear();
}

void AuditLog::note_lost(Instant at) {
  flush();
  gap_.note(at);
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

void AuditLog::append(const AuditEvent& event, std::int64_t ts_ms) {
  AuditLine line;
  line.add("seq", position_.next_seq)
      .add("ts_ms", ts_ms)
      .add("mono_ns", event.at.ns)
      .add("node_id", origin_.node_id)
      .add("owner_epoch", std::uint64_t{origin_.owner_epoch.value})
      .add("session_id", to_string(event.session))
      .add("state_version", to_string(event.version))
      .add("policy_version",
           event.policy_version.empty() ? origin_.policy_version : event.policy_version)
      .add("event_type", event.type)
      .add("reason_code", to_string(event.reason));
  for (const auto& [name, value] : event.fields) line.field(name, value);
  line.add("prev_hash", position_.prev_hash);
  std::string digest = hash_of(line.text());
  line.add("hash", digest);
  waiting_ += line.text();
  waiting_ += '\n';
  position_ = {position_.next_seq + 1, std::move(digest)};
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
  if (hash_of(text_of(object)) != position.prev_hash) return fail("audit line was altered");
  return position;
}

Result<AuditPosition> position_after(std::string_view line) {
  const Result<Json> parsed = parse_line(line);
  if (!parsed) return fail(parsed.error().what);
  return after(*parsed);
}

}  // namespace jvpn
