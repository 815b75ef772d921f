// SPDX-License-Identifier: Apache-2.0
#include "control/bind.h"

#include <span>

#include "base/ensure.h"
#include "control/advance.h"
#include "control/bind_events.h"
#include "control/limits.h"
#include "control/live_policy.h"
#include "control/outbox.h"
#include "control/ownership/asking.h"
#include "control/ownership/owner_keys.h"
#include "control/ownership/session_store.h"
#include "control/path_race.h"

namespace jvpn {
namespace {

/// The same number of steps whatever the cause.
std::span<const Event> steps_of(const Session& session, Reason cause) {
  static constexpr Event kJump[] = {Event::jump_proven, Event::switch_begins, Event::reattached};
  static constexpr Event kForced[] = {Event::jump_proven, Event::policy_forces, Event::reattached};
  static constexpr Event kRetry[] = {Event::retry, Event::reattached};
  const std::span<const Event> all(cause == Reason::policy_forced_recovery ? kForced : kJump);
  switch (session.state) {
    case State::attached:
      return all;
    case State::volatile_:
      return all.subspan(1);
    case State::degraded:
      return session.binding ? all.subspan(1) : std::span<const Event>(kRetry);
    case State::recovering:
      return all.subspan(2);
    case State::birth:
    case State::terminated:
      break;
  }
  ensure(false, "only live sessions bind");
  return {};
}

/// Uplink that left before the jump may still come in by the old path for a while.
void retire_old_path(const Step& step, Session& session, const Endpoint& next) {
  session.draining.reset();
  if (!session.binding || session.binding->source == next) return;
  session.draining =
      Draining{session.binding->source, step.now + overlap_of(session, step.policy(session))};
}

void attach(const Step& step, Session& session, const PendingBind& bind) {
  for (const Event event : steps_of(session, bind.cause)) advance(step, session, event);
  ensure(session.version == bind.next, "nothing moves a session while it binds");
  retire_old_path(step, session, bind.to.source);
  session.binding = Binding{bind.to.source, bind.to.underlay, bind.to.path, step.now};
  if (bind.to.path) session.candidates.forget(*bind.to.path, bind.to.source);
  session.bound_version = session.version;
  session.health.restart(step.now);
}

void account(const Step& step, Session& session, const PendingBind& bind) {
  if (bind.revert) return;  // path_race.h took the move back
  session.switches.committed(bind.move, step.now);
  if (bind.move != Move::same_source) ++session.total_switches;
}

void remember(const Step& step, Session& session, const PendingBind& bind, bool accepted,
              Datagram answer) {
  session.decided = bind.number;
  session.decision = {step.now, bind.number,           bind.request,     bind.to.source,
                      accepted, session.bound_version, std::move(answer)};
}

void acknowledge(const Step& step, Session& session, const PendingBind& bind) {
  const ReattachAck ack{
      session.tag,    ticket_for(step, session), session.version,  session.bound_version,
      bind.to.source, session.key_epoch,         step.node.owner()};
  remember(step, session, bind, true, seal_for(step, session, ack, bind.number));
  send(step, {bind.to.source, bind.to.underlay, bind.answer_limit}, session.decision->answer);
}

void reject(const Step& step, Session& session, const PendingBind& bind, const Denial& denial) {
  const ReattachReject body{denial.reason, session.version, session.bound_version,
                            static_cast<std::uint32_t>(to_ms(denial.retry_after))};
  remember(step, session, bind, false, seal_for(step, session, body, bind.number));
  send(step, {bind.to.source, bind.to.underlay, bind.answer_limit}, session.decision->answer);
}

void commit_bind(const Step& step, Session& session, const PendingBind& bind) {
  const CurrentBinding old = session.binding;
  BindStory story = begin_story(step, session, bind);
  attach(step, session, bind);
  account(step, session, bind);
  finish_story(step, session, bind, story);
  if (bind.revert) {
    settle_race(step, session);
  } else {
    watch_for_race(step, session, bind, old);
  }
  session.attempt.reset();
  if (bind.fresh) {
    install_anew(step, session, *bind.fresh);
  } else {
    publish(step, session);
  }
  acknowledge(step, session, bind);
}

/// No transition while a binding lives; without one RECOVERING gives way to DEGRADED.
void fall_back(const Step& step, Session& session, Reason reason) {
  if (session.binding || session.state != State::recovering) return;
  advance(step, session, Event::denied, reason);
  publish(step, session);
}

void fail_bind(const Step& step, Session& session, const PendingBind& bind, StoreOutcome outcome) {
  const Denial denial = outcome == StoreOutcome::unavailable
                            ? Denial{Reason::store_unavailable, store_retry_after(step)}
                            : Denial{Reason::atomicity_failed, kConflictRetryAfter};
  write_refusal(step, session, bind, {"TransportSwitchFailed", "failed", denial});
  fall_back(step, session, denial.reason);
  reject(step, session, bind, denial);
}

void release_fresh(const Step& step, const PendingBind& bind) {
  if (bind.fresh) step.node.slots.release(bind.fresh->tag);
}

/// A jump is decided by the policy in force when it commits: since the store was asked it may have
/// changed. What the store has then is a binding that nobody was told of.
std::optional<Denial> denied_by_now(const Step& step, Session& session, const PendingBind& bind) {
  if (bind.revert) return std::nullopt;
  adopt_by_grace(step, session);
  return session.switches.check(step.policy(session).switching, bind.move, bind.path_dead,
                                step.now);
}

/// A client that knows no keys of ours gets new ones with this bind, in a slot of their own.
bool prepare_keys(const Step& step, const Session& session, PendingBind& bind) {
  if (!bind.heir_of) return true;
  auto root = owner_root(step, session, *bind.heir_of);
  if (!root) return step.count("owner_root_zero_dh"), false;
  const auto tag = reserve_slot(step, session.id);
  if (!tag) return false;
  bind.fresh = FreshKeys{*tag, KeyEpoch{bind.asked_epoch.value + 1}, std::move(*root)};
  return true;
}

}  // namespace

void request_bind(const Step& step, Session& session, PendingBind bind) {
  if (is_store_down(step)) {
    if (bind.revert) return step.count(Reason::store_unavailable);
    return deny_bind(step, session, bind, {Reason::store_unavailable, store_retry_after(step)});
  }
  if (!prepare_keys(step, session, bind)) return;
  bind.next = session.version;
  bind.next.sequence += static_cast<std::uint32_t>(steps_of(session, bind.cause).size());
  ask(step, Errand(AskedFor::bind, session.id, session.peer()),
      change_of(step, session, write_session_record(record_after(step, session, bind))));
  bind.asked_at = step.now;
  session.pending = std::move(bind);
}

void finish_bind(const Step& step, Session& session, const Settled& settled) {
  ensure(session.pending.has_value(), "a bind is committed that was asked for");
  const PendingBind bind = std::move(*session.pending);
  session.pending.reset();
  if (settled.applied()) {
    session.stored = settled.written;
    if (const auto denial = denied_by_now(step, session, bind)) {
      release_fresh(step, bind);
      return deny_bind(step, session, bind, *denial);
    }
    return commit_bind(step, session, bind);
  }
  release_fresh(step, bind);
  const Conflict conflict = conflict_of(step, session, settled);
  if (conflict == Conflict::taken) return lose_session(step, session);
  if (conflict == Conflict::abandoned) take_as_stored(session, settled);
  if (!bind.revert) fail_bind(step, session, bind, settled.outcome);
}

void abandon_bind(const Step& step, Session& session) {
  if (!session.pending) return;
  step.count("bind_abandoned");
  forget_question(step, AskedFor::bind, session.id);
  release_fresh(step, *session.pending);
  session.pending.reset();
}

void deny_bind(const Step& step, Session& session, const PendingBind& bind, const Denial& denial) {
  write_refusal(step, session, bind, {"TransportSwitchDenied", "denied", denial});
  fall_back(step, session, denial.reason);
  session.attempt.reset();
  reject(step, session, bind, denial);
}

void confirm_bound(const Step& step, Session& session, const PendingBind& bind) {
  step.count("bound_already");
  session.attempt.reset();
  acknowledge(step, session, bind);
}

}  // namespace jvpn
