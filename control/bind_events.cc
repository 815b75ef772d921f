// SPDX-License-Identifier: Apache-2.0
#include "control/bind_events.h"

namespace jvpn {
namespace {

/// Who answers a notice says that its NAT rebound: it does not know of a jump that we committed and
/// of which it never heard. From there, its own path is another one.
Reason reason_of_move(const PendingBind& bind) {
  if (bind.revert) return Reason::path_race_suspected;
  if (bind.move == Move::rebind) return Reason::nat_rebind_detected;
  const bool is_mistaken = bind.move == Move::jump && bind.cause == Reason::nat_rebind_detected;
  return is_mistaken || bind.cause == Reason::none ? Reason::peer_transport_changed : bind.cause;
}

void write_attempt(const Step& step, const Session& session, const PendingBind& bind) {
  write_event(step, session, "ReattachAttempt", reason_of_move(bind),
              {{"transport", bind.to.source},
               {"path", std::int64_t{bind.to.path.value_or(PathId{}).value}},
               {"explicit", !bind.by_notice}});
}

void write_result(const Step& step, const Session& session, std::string_view status,
                  Reason reason) {
  write_event(step, session, "ReattachResult", reason, {{"status", std::string(status)}});
}

}  // namespace

BindStory begin_story(const Step& step, const Session& session, const PendingBind& bind) {
  if (!bind.revert) write_attempt(step, session, bind);
  return {session.binding.last().source, session.health.loss_ratio,
          session.attempt ? step.now - session.attempt->since : Duration::zero()};
}

void finish_story(const Step& step, const Session& session, const PendingBind& bind,
                  const BindStory& story) {
  if (bind.revert || bind.move == Move::same_source) {
    write_event(step, session, "TransportAttached",
                bind.revert ? Reason::path_race_suspected : Reason::reattach_success,
                {{"transport", bind.to.source}});
  } else {
    write_event(step, session, "TransportSwitch", reason_of_move(bind),
                {{"previous_transport", story.before},
                 {"new_transport", bind.to.source},
                 {"candidate_count", std::int64_t{bind.candidate_count}},
                 {"loss_ratio", story.loss_ratio},
                 {"latency_estimate_ms", to_ms(session.rtt)},
                 {"switch_latency_ms", to_ms(story.latency)},
                 {"explicit", !bind.by_notice}});
  }
  if (!bind.revert) write_result(step, session, "accepted", Reason::reattach_success);
}

void write_refusal(const Step& step, const Session& session, const PendingBind& bind,
                   const Refusal& refusal) {
  write_attempt(step, session, bind);
  write_event(step, session, refusal.type, refusal.denial.reason,
              {{"previous_transport", session.binding.last().source},
               {"new_transport", bind.to.source},
               {"candidate_count", std::int64_t{bind.candidate_count}},
               {"retry_after_ms", to_ms(refusal.denial.retry_after)}});
  write_result(step, session, refusal.status, refusal.denial.reason);
}

}  // namespace jvpn
