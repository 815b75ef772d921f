// SPDX-License-Identifier: Apache-2.0
#include "control/audit_log.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "control/audit_line.h"

namespace jvpn {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool is_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/// A hash as a line has it; nothing for anything else.
std::optional<Bytes<32>> read_hash(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  Bytes<32> out;
  if (text.size() != 2 * out.size() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const char* const from = text.data() + 2 * i;
    std::from_chars(from, from + 2, out[i], 16);
  }
  return out;
}

Result<Json> parse_line(std::string_view line) {
  Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) return fail("audit line is not a JSON object");
  for (const char* name : {"prev_hash", "hash"}) {
    if (!object.contains(name) || !read_hash(object[name])) {
      return fail(std::string("audit line has no ") + name);
    }
  }
  if (!object.contains("seq") || !object["seq"].is_number_unsigned()) {
    return fail("audit line has no seq");
  }
  return object;
}

AuditPosition after(const Json& object) {
  return {object["seq"].get<std::uint64_t>() + 1, *read_hash(object["hash"])};
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
  AuditLine line(waiting_);
  line.add("seq", position_.next_seq)
      .add("ts_ms", ts_ms)
      .add("mono_ns", event.at.ns)
      .add("node_id", origin_.node_id)
      .add("owner_epoch", std::uint64_t{origin_.owner_epoch.value})
      .add_hex("session_id", event.session.bytes)
      .add("state_version", event.version)
      .add("policy_version",
           event.policy_version.empty() ? origin_.policy_version : event.policy_version)
      .add_plain("event_type", event.type)
      .add_plain("reason_code", to_string(event.reason));
  for (const auto& [name, value] : event.fields) line.field(name, value);
  line.add_hex("prev_hash", position_.prev_hash);
  position_ = {position_.next_seq + 1, hash_(bytes_of(line.text()))};
  line.add_hex("hash", position_.prev_hash);
  line.end();
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
  if (read_hash(object["prev_hash"]) != before.prev_hash)
    return fail("audit line does not continue the chain");
  object.erase("hash");
  if (sha256(bytes_of(text_of(object))) != position.prev_hash)
    return fail("audit line was altered");
  return position;
}

Result<AuditPosition> position_after(std::string_view line) {
  const Result<Json> parsed = parse_line(line);
  if (!parsed) return fail(parsed.error().what);
  return after(*parsed);
}

}  // namespace jvpn
