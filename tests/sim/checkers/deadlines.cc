// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/deadlines.h"

#include "control/limits.h"
#include "tests/sim/checkers/versions.h"

namespace jvpn::sim {
namespace {

constexpr Duration kTick = 60ms;

std::size_t within(Duration window, std::vector<Instant>& times, Instant now) {
  times.push_back(now);
  std::erase_if(times, [&](Instant at) { return now - at >= window; });
  return times.size();
}

}  // namespace

void Deadlines::owe(std::size_t node, Key key, Instant limit) {
  pay(key);
  debts_[key] = {node, limit};
  by_limit_[node].emplace(limit, key);
}

void Deadlines::pay(Key key) {
  const auto found = debts_.find(key);
  if (found == debts_.end()) return;
  by_limit_[found->second.node].erase({found->second.limit, key});
  debts_.erase(found);
}

void Deadlines::settled(const SessionId& id) {
  for (const Kind kind : {Kind::recovery, Kind::ttl, Kind::lifetime}) pay({id, kind});
}

void Deadlines::see(std::size_t node, const AuditEvent& event, Instant at) {
  if (event.type == "SessionCreated") {
    owe(node, {event.session, Kind::lifetime}, event.at + policy_.session.max_lifetime);
  } else if (event.type == "TransportSwitch") {
    count_switch(event, at);
  } else if (event.type == "SessionStateChange") {
    const Key recovery{event.session, Kind::recovery};
    const std::string to = text_field(event, "new_state");
    if (to == "TERMINATED") return settled(event.session);
    if (to != "RECOVERING") return pay(recovery);
    owe(node, recovery, event.at + policy_.switching.recovery_window);
  }
}

void Deadlines::unbound(std::size_t node, const SessionId& id, bool is_unbound, Instant now) {
  const Key key{id, Kind::ttl};
  if (!is_unbound) return pay(key);
  if (!debts_.contains(key)) owe(node, key, now + policy_.session.transport_lost_ttl);
}

void Deadlines::stepped(std::size_t node, Instant now) {
  static constexpr const char* kNames[] = {"I7 stays in RECOVERING", "I9 lives without binding",
                                           "I9 outlives its lifetime"};
  std::set<std::pair<Instant, Key>>& open = by_limit_[node];
  while (!open.empty() && open.begin()->first + kTick < now) {
    const Key key = open.begin()->second;
    breaches_.add(kNames[static_cast<std::size_t>(key.second)], to_string(key.first));
    pay(key);
  }
}

void Deadlines::count_switch(const AuditEvent& event, Instant at) {
  Moves& moves = moves_[event.session];
  const bool by_own_clock = at == event.at;
  const Duration window = kSwitchAccountingWindow - (by_own_clock ? 0ms : 600ms);
  const bool is_rebind = event.reason == Reason::nat_rebind_detected;
  const std::size_t count = within(window, is_rebind ? moves.rebinds : moves.jumps, at);
  const std::size_t limit = is_rebind
                                ? policy_.switching.max_nat_rebinds_per_min + kMaxRevertsPerMin
                                : policy_.switching.max_switches_per_min;
  if (count <= limit) return;
  breaches_.add("I8", to_string(event.session) + (is_rebind ? " rebound " : " jumped ") +
                          std::to_string(count) + " times in a minute");
}

void Deadlines::forgotten_by(std::size_t node) {
  for (const auto& [limit, key] : by_limit_[node]) debts_.erase(key);
  by_limit_[node].clear();
}

}  // namespace jvpn::sim
