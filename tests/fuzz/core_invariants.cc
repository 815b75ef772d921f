// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/core_invariants.h"

#include <algorithm>

#include "base/ensure.h"
#include "session/core/limits.h"

namespace jvpn::fuzz {

void CoreInvariants::check() {
  store_was_slow_ |= !gateway_.auto_commit;
  check_views();  // first: where a binding moved, answers of this step may be longer
  check_sent();
  check_audit();
  check_books();
}

void CoreInvariants::check_sent() {
  for (; sent_seen_ < gateway_.sent.size(); ++sent_seen_) {
    const SendDatagram& one = gateway_.sent[sent_seen_];
    Traffic& traffic = traffic_[one.destination];
    traffic.sent += one.payload.size();
    traffic.sent_at = gateway_.now;
    ensure(traffic.was_bound || traffic.sent <= traffic.received,
           "I22: no more bytes to a stranger than from it");
  }
}

void CoreInvariants::check_audit() {
  for (; audit_seen_ < gateway_.audit.size(); ++audit_seen_) {
    const AuditEvent& event = gateway_.audit[audit_seen_];
    if (event.type == "SessionStateChange") check_transition(event);
  }
}

void CoreInvariants::check_transition(const AuditEvent& event) {
  Life& life = lives_[event.session];
  ensure(life.state != "TERMINATED", "I6: nothing follows TERMINATED");
  ensure(test::field(event, "previous_state") == life.state, "I5: the chain of states has no gap");
  ensure(event.version.sequence == life.version.sequence + 1, "I4: versions rise by one");
  ensure(event.reason != Reason::none, "each transition has its reason");
  life.state = test::field(event, "new_state");
  life.version = event.version;
  ++states_[life.state];
}

void CoreInvariants::check_views() {
  for (const auto& [tag, view] : gateway_.views) {
    const auto [known, is_new] = views_.try_emplace(tag, SessionView{});
    const SessionView before = std::exchange(known->second, view);
    ensure(before.version <= view.version, "I4: a view is never older than the one before");
    ensure(view.bound_version <= view.version, "a binding is made by a transition");
    ensure(view.state != State::attached || view.has_binding(), "I2: ATTACHED is bound");
    if (view.has_binding() && view.bound != before.bound) check_binding(before, view);
  }
  std::erase_if(views_,
                [this](const auto& known) { return !gateway_.views.contains(known.first); });
}

void CoreInvariants::check_binding(const SessionView& before, const SessionView& view) {
  Traffic& traffic = traffic_[view.bound];
  ensure(view.bound_version > before.bound_version, "each binding has a version of its own");
  const bool lately = gateway_.now - traffic.sent_at <= kTokenMaxAge + kCandidateMaxAge;
  ensure(traffic.sent_at != Instant::never() && (lately || store_was_slow_),
         "I10: bound only to a place that was asked lately");
  traffic.was_bound = true;
  ++bindings_;
}

void CoreInvariants::check_books() const {
  const std::vector<Tag> live = gateway_.core.live_tags();
  ensure(live.size() == gateway_.views.size(), "what lives is in the table, and nothing else");
  const std::vector<SessionInfo> sessions = gateway_.core.sessions(gateway_.now);
  std::map<std::string, std::size_t> of_peer;
  for (const SessionInfo& info : sessions) {
    ensure(++of_peer[info.peer] == 1, "I3: one session a peer");
    if (std::ranges::find(live, info.tag) == live.end()) continue;  // its end is being committed
    const auto view = gateway_.views.find(info.tag);
    ensure(view != gateway_.views.end(), "a session's tag is in the table");
    ensure(view->second.version == info.version && view->second.state == info.state,
           "workers see the state that control decided");
    ensure(view->second.bound == info.bound, "workers see the binding that control decided");
  }
  // A birth holds a slot while its commit, or its predecessor's end, is not settled.
  ensure(gateway_.slots.taken() <= live.size() + gateway_.setup.peers, "no slot is lost");
}

void CoreInvariants::check_settled() {
  check();
  ensure(gateway_.slots.taken() == gateway_.core.live_tags().size(), "no slot is lost");
}

}  // namespace jvpn::fuzz
