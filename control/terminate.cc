// SPDX-License-Identifier: Apache-2.0
#include "control/terminate.h"

#include "base/ensure.h"
#include "control/advance.h"
#include "control/bind.h"
#include "control/birth.h"
#include "control/events.h"
#include "control/limits.h"
#include "control/outbox.h"
#include "control/ownership/asking.h"
#include "control/ownership/owner_keys.h"
#include "control/ownership/session_store.h"
#include "control/records/store_keys.h"

namespace jvpn {
namespace {

StateVersion after(StateVersion version) {
  ++version.sequence;
  return version;
}

/// To where the peer asked from, if it asked and its message was long enough; else the bound path.
std::optional<Route> route_of_terminate(const Session& session, std::size_t size) {
  const auto& asked = session.ending->asked_by_peer;
  if (asked && asked->from.wire_size >= size) return back_to(asked->from);
  if (session.binding) return along(*session.binding);
  return std::nullopt;
}

std::vector<std::uint8_t> seal_terminate(const Step& step, Session& session) {
  const auto& asked = session.ending->asked_by_peer;
  const MessageNumber answers = asked ? asked->number : MessageNumber{};
  const Terminate body{session.closing, after(session.version)};
  return seal_for(step, session, body, answers);
}

SessionRecord tombstone_of(const Step& step, const Session& session) {
  SessionRecord record = record_of(step, session);
  record.state = State::terminated;
  record.reason = session.closing;
  record.version = after(session.version);
  record.resume = {};
  record.terminate = session.ending->farewell;
  return record;
}

void write_terminated(const Step& step, const Session& session) {
  const Duration unbound = session.binding ? Duration::zero() : step.now - session.unbound_since;
  write_event(step, session, "SessionTerminated", session.closing,
              {{"session_age_ms", to_ms(step.now - session.born)},
               {"transportless_age_ms", to_ms(unbound)},
               {"total_switches", std::int64_t{session.total_switches}}});
}

}  // namespace

void begin_termination(const Step& step, Session& session, Reason reason) {
  if (session.is_closing()) return;
  abandon_bind(step, session);
  session.closing = reason;
  Ending& ending = session.ending.ensured();
  ending.farewell = seal_terminate(step, session);
  uninstall(step, session);
  retry_termination(step, session);
}

void retry_termination(const Step& step, Session& session) {
  ensure(session.is_closing(), "only what is closing is ended");
  session.ending->retry = Instant::never();
  StoreTransaction end =
      change_of(step, session, write_session_record(tombstone_of(step, session)));
  end.writes.push_back({peer_key(session.peer()), std::nullopt});
  ask(step, Errand(AskedFor::terminate, session.id, session.peer()), std::move(end));
}

void finish_termination(const Step& step, Session& session, const Settled& settled) {
  if (!settled.applied()) {
    step.count("terminate_commit_refused");
    const Conflict conflict = conflict_of(step, session, settled);
    if (conflict == Conflict::taken) return lose_session(step, session);
    if (conflict == Conflict::abandoned) {
      take_as_stored(session, settled);
      return retry_termination(step, session);
    }
    session.ending->retry = step.now + kTerminateRetry;
    return;
  }
  advance(step, session, Event::ended, session.closing);
  write_terminated(step, session);
  Datagram& farewell = session.ending->farewell;
  if (const auto route = route_of_terminate(session, farewell.size())) {
    send(step, *route, farewell);
  }
  step.node.tombstones.add(session.tag, {std::move(farewell), session.id, settled.written},
                           step.now + step.policy(session).session.tombstone,
                           step.policy().limits.tombstones);
  Peer* peer = step.node.peers.find(session.peer());
  ensure(peer != nullptr, "a session's peer is known");
  // Another session of the peer may have come to this node while the store settled the end.
  if (peer->session == session.id) peer->session = SessionId{};
  step.node.cluster.takeovers.erase(session.id);  // what is being read of it is older than its end
  step.node.sessions.remove(session);
  continue_birth(step, *peer);
}

void bury(const Step& step) {
  step.node.tombstones.expire(step.now);
  for (const Tombstone& fallen : step.node.tombstones.take_fallen()) {
    const StoreKey key = session_key(fallen.session);
    ask(step, Errand(AskedFor::bury, fallen.session),
        StoreTransaction{0, {{key, fallen.stored}, life_holds(step)}, {{key, std::nullopt}}});
  }
}

}  // namespace jvpn
