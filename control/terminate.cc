// SPDX-License-Identifier: Apache-2.0
#include "control/terminate.h"

#include "base/ensure.h"
#include "control/advance.h"
#include "control/birth.h"
#include "control/events.h"
#include "control/limits.h"
#include "control/outbox.h"

namespace jvpn {
namespace {

StateVersion after(StateVersion version) {
  ++version.sequence;
  return version;
}

/// To where the peer asked from, if it asked and its message was long enough; else the bound path.
std::optional<Route> route_of_terminate(const Session& session, std::size_t size) {
  if (session.asked_by_peer && session.asked_by_peer->from.wire_size >= size) {
    return back_to(session.asked_by_peer->from);
  }
  if (session.binding) return along(*session.binding);
  return std::nullopt;
}

std::vector<std::uint8_t> seal_terminate(const Step& step, Session& session) {
  const MessageNumber answers =
      session.asked_by_peer ? session.asked_by_peer->number : MessageNumber{};
  const Terminate body{session.closing, after(session.version)};
  return seal_for(step, session, body, answers);
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
  if (session.pending) {
    if (session.end_wanted == Reason::none) session.end_wanted = reason;
    return;
  }
  session.closing = reason;
  step.out.push_back(
      RemoveSession{session.tag, session.config->inner_v4, session.config->inner_v6});
  retry_termination(step, session);
}

void retry_termination(const Step& step, Session& session) {
  ensure(session.is_closing() && session.closing_ticket == 0, "one request at a time");
  session.closing_ticket = ask_to_commit(step, {0, CommitKind::terminate, session.id, session.peer,
                                                session.bound_version, after(session.version)});
}

void finish_termination(const Step& step, Session& session, bool committed) {
  session.closing_ticket = 0;
  if (!committed) {
    step.count("terminate_commit_refused");
    session.closing_retry = step.now + kTerminateRetry;
    return;
  }
  std::vector<std::uint8_t> message = seal_terminate(step, session);
  advance(step, session, Event::ended, session.closing);
  write_terminated(step, session);
  if (const auto route = route_of_terminate(session, message.size())) {
    send(step, *route, message);
  }
  step.node.tombstones.add(session.tag, std::move(message),
                           step.now + step.policy().session.tombstone);
  Peer* peer = step.node.peers.find(session.peer);
  ensure(peer != nullptr && peer->session == session.id, "a session's peer points to it");
  peer->session = SessionId{};
  step.node.sessions.remove(session);
  continue_birth(step, *peer);
}

}  // namespace jvpn
