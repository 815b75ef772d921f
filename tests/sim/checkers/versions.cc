// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/versions.h"

namespace jvpn::sim {

std::string text_field(const AuditEvent& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return std::get<std::string>(value);
  }
  return "missing " + std::string(name);
}

void Versions::see(std::size_t node, const AuditEvent& event) {
  if (event.type != "SessionStateChange") return;
  ++transitions_;
  Life& life = lives_[event.session];
  const std::string from = text_field(event, "previous_state");
  const std::string to = text_field(event, "new_state");
  const std::string about =
      to_string(event.session) + " " + to_string(event.version) + " " + from + " -> " + to;
  if (life.ended) breaches_.add("I6", "a transition after the end: " + about);
  const bool inherited = event.reason == Reason::owner_acquired;  // as stored, which may be older
  if (from != life.state && !inherited) {
    breaches_.add("I5", "the audit has a gap behind " + life.state + ": " + about);
  }
  check_version(life, event, about);
  if (event.reason == Reason::none) breaches_.add("I5", "a transition without reason: " + about);
  life = {to, event.version, node, to == "TERMINATED"};
}

void Versions::check_version(const Life& life, const AuditEvent& event, const std::string& about) {
  const StateVersion before = life.version;
  const bool starts_epoch =
      event.version.owner_epoch > before.owner_epoch && event.version.sequence == 1;
  const bool follows = event.version.owner_epoch == before.owner_epoch &&
                       event.version.sequence == before.sequence + 1;
  const bool is_start = before == StateVersion{} || event.reason == Reason::owner_acquired;
  if (is_start ? !starts_epoch : !follows) {
    breaches_.add("I4", "the version does not rise by one: " + about);
  }
}

void Versions::forgotten_by(std::size_t node) {
  for (auto& [id, life] : lives_) {
    if (life.node == node) life.ended = true;
  }
}

}  // namespace jvpn::sim
