// SPDX-License-Identifier: Apache-2.0
#include "control/core.h"

#include "base/ensure.h"
#include "control/bind.h"
#include "control/birth.h"
#include "control/control_message.h"
#include "control/deadlines.h"
#include "control/health.h"
#include "control/node.h"
#include "control/notice.h"
#include "control/terminate.h"
#include "session/core/wire.h"

namespace jvpn {

struct ControlCore::State {
  State(ControlConfig config, RandomSource& random, SlotSource& slots)
      : node(std::move(config), random, slots) {}

  Step step(Instant now, Actions& out) { return {node, now, out}; }
  void reschedule(Session& session) {
    node.sessions.schedule(session, next_deadline_of(session, node.config.policy));
  }
  void reschedule(const SessionId& id) {
    if (Session* session = node.sessions.find(id)) reschedule(*session);
  }

  Node node;
};

ControlCore::ControlCore(ControlConfig config, RandomSource& random, SlotSource& slots)
    : state_(std::make_unique<State>(std::move(config), random, slots)) {}
ControlCore::~ControlCore() = default;

void ControlCore::on_handshake(ByteView datagram, const Arrival& from, Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  if (datagram.empty()) return step.count("handshake_malformed");
  switch (static_cast<WireType>(datagram[0] >> 4)) {
    case WireType::handshake_init:
      return on_init(step, datagram, from);
    case WireType::handshake_confirm:
      return on_confirm(step, datagram, from);
    default:
      return step.count("handshake_malformed");
  }
}

void ControlCore::on_control(Tag tag, ByteView plain, const Arrival& from, Instant now,
                             Actions& out) {
  const Step step = state_->step(now, out);
  Session* session = step.node.sessions.find(tag);
  if (session == nullptr) return step.count(Reason::unknown_session);
  on_control_message(step, *session, plain, from);
  state_->reschedule(*session);
}

void ControlCore::on_unbound(Tag tag, const Arrival& from, Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  Session* session = step.node.sessions.find(tag);
  if (session == nullptr) return step.count(Reason::unknown_session);
  on_unbound_source(step, *session, from);
}

void ControlCore::on_dead_tag(Tag tag, const Arrival& from, Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  const auto* answer = step.node.tombstones.answer(tag, from.wire_size, now);
  if (answer == nullptr) return step.count("dead_tag");
  step.count("tombstone_answered");
  out.push_back(SendDatagram{from.underlay, from.source, *answer});
}

void ControlCore::on_health(Tag tag, const HealthReport& report, Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  Session* session = step.node.sessions.find(tag);
  if (session == nullptr) return;
  judge_health(step, *session, report);
  state_->reschedule(*session);
}

void ControlCore::on_commit_result(std::uint64_t ticket, bool committed, Instant now,
                                   Actions& out) {
  const Step step = state_->step(now, out);
  const auto found = step.node.commits.find(ticket);
  if (found == step.node.commits.end()) return step.count("commit_result_unasked");
  const Commit commit = found->second;
  step.node.commits.erase(found);
  if (commit.kind == CommitKind::birth) {
    finish_birth(step, *step.node.peers.find(commit.peer), committed);
  } else {
    Session* session = step.node.sessions.find(commit.session);
    ensure(session != nullptr, "a session waits for its commits");
    if (commit.kind == CommitKind::bind) finish_bind(step, *session, committed);
    if (commit.kind == CommitKind::terminate) finish_termination(step, *session, committed);
  }
  state_->reschedule(commit.session);
}

void ControlCore::on_tick(Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  Node& node = state_->node;
  node.birth_keys.rotate(now);
  node.token_keys.rotate(now);
  node.tombstones.expire(now);
  std::vector<Session*> due;
  while (Session* session = node.sessions.take_due(now)) due.push_back(session);
  for (Session* session : due) {
    run_deadlines(step, *session);
    state_->reschedule(*session);
  }
}

bool ControlCore::operator_terminate(const SessionId& id, Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  Session* session = step.node.sessions.find(id);
  if (session == nullptr || session->is_closing()) return false;
  begin_termination(step, *session, Reason::operator_terminated);
  state_->reschedule(*session);
  return true;
}

void ControlCore::shutdown(Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  for (const auto& [id, session] : step.node.sessions.all()) {
    begin_termination(step, *session, Reason::operator_terminated);
    state_->reschedule(*session);
  }
}

std::vector<SessionInfo> ControlCore::sessions(Instant now) const {
  std::vector<SessionInfo> rows;
  for (const auto& [id, session] : state_->node.sessions.all()) {
    rows.push_back(info_of(*session, now));
  }
  return rows;
}

std::vector<Tag> ControlCore::live_tags() const {
  std::vector<Tag> tags;
  for (const auto& [id, session] : state_->node.sessions.all()) {
    if (!session->is_closing()) tags.push_back(session->tag);
  }
  return tags;
}

Instant ControlCore::next_deadline() const {
  return std::min(state_->node.sessions.next_due(), state_->node.tombstones.next_due());
}

std::vector<std::pair<std::string, std::uint64_t>> ControlCore::counters() const {
  return state_->node.counters.all();
}

}  // namespace jvpn
