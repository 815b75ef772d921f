// SPDX-License-Identifier: Apache-2.0
// Lines of an audit file, as whoever checks the chain reads them: any bytes, and genuine lines with
// one bit changed.
#include "control/audit_log.h"

#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {
namespace {

Mark read("read");
Mark followed("a genuine chain followed");
Mark caught("a changed line caught");

std::vector<std::string> genuine_lines() {
  std::vector<std::string> lines;
  AuditLog log({"7", OwnerEpoch{1}, "1.0"}, {}, [&](std::string_view line) {
    lines.emplace_back(line.substr(0, line.size() - 1));
    return true;
  });
  AuditEvent event;
  event.type = "SessionStateChange";
  event.reason = Reason::heartbeat_timeout;
  event.fields = {{"previous_state", std::string("ATTACHED")},
                  {"new_state", std::string("VOLATILE")}};
  log.write(event, 1'700'000'000'000);
  event.fields = {{"ratio", 0.25}, {"count", std::int64_t{-3}}, {"fast", true}};
  log.write(event, 1'700'000'000'001);
  return lines;
}

void as_it_is(std::string_view line) {
  if (!read.hit_if(position_after(line).has_value())) return;
  const auto position = follow_audit_line({}, line);
  ensure(!position || position->next_seq == 2, "the first line has number 1");
}

void change_one_bit(ByteView input) {
  static const std::vector<std::string> lines = genuine_lines();
  ByteReader in(input);
  std::string line = lines[in.number<std::uint8_t>() % lines.size()];
  AuditPosition before;
  if (line == lines[1]) before = *follow_audit_line({}, lines[0]);
  ensure(follow_audit_line(before, line).has_value(), "a genuine line continues the chain");
  followed.hit();
  flip_one_bit(in, {reinterpret_cast<std::uint8_t*>(line.data()), line.size()});
  ensure(!follow_audit_line(before, line), "no bit of a line can be changed unseen");
  caught.hit();
}

}  // namespace

void one(ByteView input) {
  as_it_is({reinterpret_cast<const char*>(input.data()), input.size()});
  change_one_bit(input);
}

void seeds(const Keep& keep) {
  int number = 0;
  for (const std::string& line : genuine_lines()) {
    keep("line" + std::to_string(++number),
         {reinterpret_cast<const std::uint8_t*>(line.data()), line.size()});
  }
}

}  // namespace jvpn::fuzz
