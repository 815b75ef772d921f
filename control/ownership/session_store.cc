// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/session_store.h"

#include "base/ensure.h"
#include "control/birth.h"
#include "control/events.h"
#include "control/ownership/asking.h"
#include "control/ownership/owner_keys.h"
#include "control/records/store_keys.h"

namespace jvpn {
namespace {

std::uint64_t ms_between(Instant then, Instant now) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_ms(now - then)));
}

MoveAges ages_of(const SlidingWindow& window, Instant now) {
  MoveAges ages;
  for (const Instant at : window.events()) {
    const std::uint64_t age = ms_between(at, now);
    if (age < static_cast<std::uint64_t>(to_ms(kSwitchAccountingWindow))) {
      ages.push_back(static_cast<std::uint16_t>(age));
    }
  }
  return ages;
}

void note_moves(const Step& step, const SwitchAccounting& switches, SessionRecord& record) {
  record.jumps = ages_of(switches.jumps(), step.now);
  record.rebinds = ages_of(switches.rebinds(), step.now);
  const OptionalInstant last = switches.last_jump();
  record.moved_ms = last ? ms_between(*last, step.now) : kNeverMoved;
}

/// As SwitchAccounting will have it once the move is committed.
void count_in(Move move, SessionRecord& record) {
  if (move == Move::same_source) return;
  ++record.total_switches;
  if (move == Move::jump) record.moved_ms = 0;
  (move == Move::jump ? record.jumps : record.rebinds).push_back(0);
}

/// And once it is reverted.
void take_back(Move move, SessionRecord& record) {
  --record.total_switches;
  if (move == Move::same_source) return;
  MoveAges& ages = move == Move::jump ? record.jumps : record.rebinds;
  if (!ages.empty()) ages.pop_back();
}

void note_path(const Binding& binding, SessionRecord& record) {
  record.last_source = binding.source;
  record.last_underlay = binding.underlay;
  record.last_path_known = binding.path.has_value();
  record.last_path = binding.path.value_or(PathId{});
}

/// Nobody but its owner writes a session's record: in this life and owner epoch that is us.
bool is_by_us(const Step& step, const Session& session, const StoreValue& value) {
  const auto record = read_session_record(value);
  return record && record->owner == step.node.owner() && record->state != State::terminated &&
         record->version.owner_epoch == session.version.owner_epoch;
}

}  // namespace

SessionRecord record_of(const Step& step, const Session& session) {
  SessionRecord record;
  record.attempt = draw_attempt(step);
  record.id = session.id;
  record.peer = session.peer();
  record.owner = step.node.owner();
  record.state = session.binding ? State::attached : State::recovering;
  record.inherited = session.state;
  record.reason = session.last_reason;
  record.version = session.version;
  record.bound_version = session.bound_version;
  record.reattach_epoch = session.client_epoch;
  record.reattach = session.decided;
  record.tag = session.tag;
  record.client_tag = session.client_tag;
  record.suite = session.suite;
  record.resume = sealed_root_in(session.stored);
  record.policy = parse_policy_version(step.policy(session).version).value_or(PolicyVersion{});
  record.inner_v4 = session.config->inner_v4;
  record.inner_v6 = session.config->inner_v6;
  note_path(session.binding.last(), record);
  record.tick_ms = ms_between(Instant{0}, step.now);
  record.age_ms = ms_between(session.born, step.now);
  record.unbound_ms = session.binding ? 0 : ms_between(session.unbound_since, step.now);
  record.total_switches = session.total_switches;
  note_moves(step, session.switches, record);
  return record;
}

SessionRecord record_after(const Step& step, const Session& session, const PendingBind& bind) {
  SessionRecord record = record_of(step, session);
  record.state = State::attached;
  record.inherited = State::attached;
  record.reason = Reason::reattach_success;
  record.version = bind.next;
  record.bound_version = bind.next;
  record.reattach = std::max(session.decided, bind.number);
  record.unbound_ms = 0;
  if (bind.fresh) record.tag = bind.fresh->tag;
  note_path(bind.to, record);
  if (bind.revert) {
    take_back(bind.move, record);
  } else {
    count_in(bind.move, record);
  }
  return record;
}

StoreCompare life_holds(const Step& step) {
  return {life_key(step.node.config.node), step.node.life};
}

StoreTransaction change_of(const Step& step, const Session& session, StoreValue value) {
  const StoreKey key = session_key(session.id);
  return {0, {{key, session.stored}, life_holds(step)}, {{key, std::move(value)}}};
}

Conflict conflict_of(const Step& step, const Session& session, const Settled& settled) {
  for (const auto& [key, value] : settled.found) {
    if (key == life_key(step.node.config.node) && value != step.node.life) return Conflict::life;
  }
  for (const auto& [key, value] : settled.found) {
    if (key != session_key(session.id) || value == session.stored) continue;
    return value && is_by_us(step, session, *value) ? Conflict::abandoned : Conflict::taken;
  }
  return Conflict::none;
}

void take_as_stored(Session& session, const Settled& settled) {
  const StoreValue* found = settled.value_at(session_key(session.id));
  ensure(found != nullptr, "it was read to be of this life of ours");
  session.stored = *found;
}

void lose_session(const Step& step, Session& session) {
  if (!session.is_closing()) uninstall(step, session);
  if (session.pending && session.pending->fresh) {
    step.node.slots.release(session.pending->fresh->tag);
  }
  write_event(step, session, "OwnerReleased", Reason::ownership_conflict);
  forget_session(step, session);
}

void forget_session(const Step& step, Session& session) {
  Peer* const peer = step.node.peers.find(session.peer());
  const bool is_current = peer != nullptr && peer->session == session.id;
  if (is_current) peer->session = SessionId{};
  step.node.cluster.takeovers.erase(session.id);  // what is being read of it may still say: ours
  step.node.sessions.remove(session);
  if (is_current) continue_birth(step, *peer);  // it may have waited for this session's end
}

}  // namespace jvpn
