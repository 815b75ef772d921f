// SPDX-License-Identifier: Apache-2.0
#include "control/core.h"

#include <algorithm>

#include "control/birth.h"
#include "control/control_message.h"
#include "control/deadlines.h"
#include "control/health.h"
#include "control/live_policy.h"
#include "control/node.h"
#include "control/notice.h"
#include "control/ownership/asking.h"
#include "control/ownership/errands.h"
#include "control/ownership/hand_over.h"
#include "control/ownership/lease.h"
#include "control/ownership/life.h"
#include "control/ownership/takeover.h"
#include "control/terminate.h"
#include "control/tidy.h"
#include "session/core/wire.h"

namespace jvpn {

namespace {

/// Has it a slot, and will it keep it?
bool is_forwarding(const Session& session) {
  return !session.is_closing() && session.tag != Tag{};
}

}  // namespace

struct ControlCore::State {
  State(ControlConfig config, RandomSource& random, SlotSource& slots)
      : node(std::move(config), random, slots) {}

  Step step(Instant now, Actions& out) { return {node, now, out}; }
  void reschedule(Session& session) {
    node.sessions.schedule(session, next_deadline_of(node, session));
  }
  void reschedule(const SessionId& id) {
    if (Session* session = node.sessions.find(id)) reschedule(*session);
  }

  /// What was settled while the node might not act is acted on once it may again.
  void act_on(const Step& step, const Settled& settled) {
    if (concerns_sessions(settled) && !is_serving(step)) return node.unsaid.push_back(settled);
    on_settled(step, settled);
    reschedule(settled.errand.session);
    if (node.unsaid.empty() || !is_serving(step)) return;
    for (const Settled& late : std::exchange(node.unsaid, {})) act_on(step, late);
  }

  Node node;
  std::size_t next_sampled = 0;  ///< the place in turn that next_live_tags() begins with
};

ControlCore::ControlCore(ControlConfig config, RandomSource& random, SlotSource& slots)
    : state_(std::make_unique<State>(std::move(config), random, slots)) {}
ControlCore::~ControlCore() = default;

void ControlCore::on_handshake(ByteView datagram, const Arrival& from, Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  if (!is_serving(step)) return step.count("not_serving");
  if (step.node.cluster.draining) return step.count(Reason::node_draining);
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
  if (!is_serving(step)) return step.count("not_serving");
  Session* session = step.node.sessions.find(tag);
  if (session == nullptr) return step.count(Reason::unknown_session);
  on_control_message(step, *session, plain, from);
  state_->reschedule(*session);
}

void ControlCore::on_ticketed(ByteView datagram, const Arrival& from, Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  if (!is_serving(step)) return step.count("not_serving");
  on_ticketed_datagram(step, datagram, from);
}

void ControlCore::on_unbound(Tag tag, const Arrival& from, Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  if (!is_serving(step)) return step.count("not_serving");
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
  if (session == nullptr || !is_serving(step)) return;
  watch_keys(step, *session, report);
  judge_health(step, *session, report);
  tidy(step, *session, report.evidence_at != Instant{0});
  state_->reschedule(*session);
}

void ControlCore::on_load(Duration lag, Instant now) {
  state_->node.admission.load.note(lag, now);
}

void ControlCore::start(Instant now, Actions& out) {
  begin_life(state_->step(now, out));
}

void ControlCore::on_store(const StoreReply& reply, Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  const std::optional<Settled> settled = settle(step, reply);
  if (!settled) return;
  state_->act_on(step, *settled);
}

void ControlCore::on_tick(Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  Node& node = state_->node;
  node.birth_keys.rotate(now);
  node.token_keys.rotate(now);
  node.admission.cookie_keys.rotate(now);
  report_limits(step);
  measure_stretch(step);
  if (now >= node.life_retry_at) begin_life(step);
  repeat_questions(step);
  bury(step);
  renew_lease(step);
  if (!is_serving(step)) return;
  for (Session* reached : walk_sessions(step)) state_->reschedule(*reached);
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

Result<void> ControlCore::apply_policy(Policy policy, Instant now, Actions& out) {
  return jvpn::apply_policy(state_->step(now, out), std::move(policy));
}

void ControlCore::refuse_policy(std::string_view why, Instant now, Actions& out) {
  jvpn::refuse_policy(state_->step(now, out), why);
}

const Policy& ControlCore::policy() const {
  return *state_->node.policy;
}

bool ControlCore::operator_rekey(const SessionId& id) {
  Session* session = state_->node.sessions.find(id);
  if (session == nullptr || session->is_closing()) return false;
  session->keys.operator_wants = true;
  session->keys.not_before = Instant{0};
  return true;
}

void ControlCore::drain(const MigrateTargets& where, Instant now, Actions& out) {
  begin_drain(state_->step(now, out), where);
}

void ControlCore::shutdown(Instant now, Actions& out) {
  const Step step = state_->step(now, out);
  for (Session* session : step.node.sessions.in_turn()) {
    begin_termination(step, *session, Reason::operator_terminated);
    state_->reschedule(*session);
  }
}

std::vector<SessionInfo> ControlCore::sessions(Instant now) const {
  std::vector<SessionInfo> rows;
  for (const Session* session : state_->node.sessions.in_turn()) {
    rows.push_back(info_of(*session, now));
  }
  std::ranges::sort(rows, {}, &SessionInfo::id);
  return rows;
}

std::vector<Tag> ControlCore::live_tags() const {
  std::vector<Tag> tags;
  for (const Session* session : state_->node.sessions.in_turn()) {
    if (is_forwarding(*session)) tags.push_back(session->tag);
  }
  return tags;
}

std::vector<Tag> ControlCore::next_live_tags(std::size_t most) {
  std::vector<Tag> tags;
  const std::span<Session* const> all = state_->node.sessions.in_turn();
  std::size_t& next = state_->next_sampled;
  for (std::size_t n = 0; n < std::min(most, all.size()); ++n, ++next) {
    if (next >= all.size()) next = 0;
    if (is_forwarding(*all[next])) tags.push_back(all[next]->tag);
  }
  return tags;
}

std::size_t ControlCore::live_sessions() const {
  return state_->node.sessions.size();
}

Instant ControlCore::next_deadline() const {
  const Node& node = state_->node;
  return std::min({node.sessions.next_due(), node.tombstones.next_due(), node.store.next_due(),
                   node.admission.reports.next_due(), node.life_retry_at, node.cluster.lease.due});
}

std::vector<std::pair<std::string, std::uint64_t>> ControlCore::counters() const {
  return state_->node.counters.all();
}

}  // namespace jvpn
