// SPDX-License-Identifier: Apache-2.0
// Control messages of the gateway. What is acted upon is authentic and fresh: an answer to our
// latest message, or a number that was not seen before. A lower owner epoch proves a rollback only
// where freshness does not rest on that number, because numbers are counted per owner epoch.
#include <algorithm>

#include "client/live_session.h"
#include "client/timing.h"

namespace jvpn::client {
namespace {

/// Refusals after which this session has no future.
bool is_final(Reason reason) {
  static constexpr Reason kFinal[] = {Reason::session_lifetime_exceeded,
                                      Reason::transport_ttl_exceeded,
                                      Reason::operator_terminated,
                                      Reason::peer_terminated,
                                      Reason::policy_terminated,
                                      Reason::security_failure,
                                      Reason::ownership_conflict,
                                      Reason::invariant_violation,
                                      Reason::superseded,
                                      Reason::unknown_session,
                                      Reason::session_expired,
                                      Reason::state_rolled_back,
                                      Reason::recovery_window_exceeded,
                                      Reason::key_expired};
  return std::find(std::begin(kFinal), std::end(kFinal), reason) != std::end(kFinal);
}

/// Not a denial of the move, only not here or not yet.
bool is_put_off(Reason reason) {
  return reason == Reason::owner_elsewhere || reason == Reason::admission_deferred ||
         reason == Reason::store_unavailable || reason == Reason::node_draining ||
         reason == Reason::rate_limited;
}

}  // namespace

void LiveSession::on_control(ByteView datagram, const Route& came_by, Step step) {
  const std::optional<Message> message = session_.open(datagram);
  if (!message) return ignore();
  std::visit(
      [&](const auto& body) {
        if constexpr (requires { on_message(*message, body, came_by, step); }) {
          on_message(*message, body, came_by, step);
        } else {
          ignore();  // a repeated DONE, or what only a client may say
        }
      },
      message->body);
}

void LiveSession::on_message(const Message& message, const ReattachChallenge& challenge,
                             const Route& came_by, Step step) {
  const bool expected = jump_.is_latest(message.answers) && came_by.path == jump_.route().path;
  if (!expected || message.owner_epoch < session_.version().owner_epoch) return ignore();
  session_.is_news(message);
  put_off_question(step.now + kQuestionAfter);
  expect_owner(message, challenge);
  jump_.confirm(challenge.token, message.number, step);
  sent_unconfirmed_ = 0;
  release();
}

void LiveSession::on_message(const Message& message, const ReattachReject& reject, const Route&,
                             Step step) {
  // Without a reason there would be a transition that nobody can explain.
  if (reject.reason == Reason::none || !jump_.is_latest(message.answers)) return ignore();
  session_.is_news(message);
  if (!session_.learn_binding(reject.version, reject.bound_version)) return roll_back(step);
  AuditEvent told = event("ReattachResult", reject.reason, step.now);
  told.fields = {{"status", "rejected"}, {"retry_after_ms", std::int64_t{reject.retry_after_ms}}};
  step.out.push_back(WriteEvent{std::move(told)});
  if (is_final(reject.reason)) return end(reject.reason);
  put_off_question(step.now + kQuestionAfter);
  if (reject.reason == Reason::stale_state_version) {
    const Duration wait = backed_off(kStaleRetryWait, stale_answers_++, kRequestLongestWait);
    return retry_later(jump_.route(), step.now + wait, true);
  }
  if (is_put_off(reject.reason)) return on_put_off(reject, step);
  on_denied(reject, step);
}

/// To the owner. Where this path does not lead to its known address, or it was just asked: by this
/// path, which works, to the next address. It is the owner's other one, or another node's that may
/// take over.
Route LiveSession::elsewhere(const Route& asked) const {
  const Paths& paths = shared_.paths;
  const bool is_owner = asked.gateway == bound_.gateway;
  const auto owner = is_owner ? std::nullopt : paths.route(asked.path, bound_.gateway);
  if (owner) return *owner;
  const std::vector<Route> all = paths.routes(asked.path);
  const auto found = std::find(all.begin(), all.end(), asked);
  if (found == all.end()) return asked;
  return found + 1 == all.end() ? all.front() : *(found + 1);
}

/// Each address once, soon; then ever more slowly.
Duration LiveSession::patience_elsewhere(const Route& asked) {
  const std::size_t round = std::max<std::size_t>(shared_.paths.routes(asked.path).size(), 1);
  const auto rounds = static_cast<unsigned>(sent_away_++ / round);
  return backed_off(kRequestFirstWait, rounds, kRequestLongestWait);
}

void LiveSession::on_put_off(const ReattachReject& reject, Step step) {
  const Route asked = jump_.route();
  const bool is_elsewhere = reject.reason == Reason::owner_elsewhere;
  const Duration own = is_elsewhere ? patience_elsewhere(asked) : Duration(kRequestFirstWait);
  const Instant again =
      step.now + std::max<Duration>(own, std::chrono::milliseconds(reject.retry_after_ms));
  choose_at_ = std::max(choose_at_, again);
  if (!is_lost() && is_elsewhere) return end_jump();
  // Who cannot be reached by any path does not answer.
  if (is_elsewhere && !shared_.paths.reaches(bound_.gateway)) ++owner_sends_;
  if (sending_ == asked && is_lost()) sending_.reset();
  retry_later(is_elsewhere ? elsewhere(asked) : asked, again, true);
}

void LiveSession::on_denied(const ReattachReject& reject, Step step) {
  const Route asked = jump_.route();
  const Duration told = std::chrono::milliseconds(reject.retry_after_ms);
  if (!is_lost()) {  // a denial is no transition while a binding lives
    AuditEvent denied = event("TransportSwitchDenied", reject.reason, step.now);
    step.out.push_back(WriteEvent{std::move(denied)});
    choose_at_ = step.now + std::max(told, policy_.switching.switch_cooldown);
    return end_jump();
  }
  apply(Event::denied, reject.reason, step);
  if (sending_ == asked) sending_.reset();
  // The death of the old path lifts the cooldown; what was asked before it did not say so.
  const bool is_lifted =
      reject.reason == Reason::cooldown_active && jump_.cause() != Reason::dead_transport_recovery;
  const Duration wait = is_lifted ? kRequestFirstWait : std::max(told, kRequestFirstWait);
  retry_later(asked, step.now + wait, true);
}

void LiveSession::on_message(const Message& message, const UnboundNotice& notice,
                             const Route& came_by, Step step) {
  const bool in_use = sending_ && came_by.path == sending_->path;
  if (!in_use || !session_.is_news(message)) return ignore();
  if (notice.bound_version < session_.bound_version()) return ignore();
  // A CONFIRM under way here is about to end what the notice tells of; another would void it.
  const bool confirming = jump_.stage() == Jump::Stage::confirmed && jump_.route() == *sending_;
  if (confirming && step.now < jump_.due()) return ignore();
  session_.learn_binding(notice.bound_version, notice.bound_version);
  jump_.confirm_notice(*sending_, wish_for(*sending_, Reason::nat_rebind_detected), message, step);
  sent_unconfirmed_ = 0;
}

void LiveSession::on_message(const Message& message, const Terminate& terminate,
                             const Route& came_by, Step step) {
  if (!session_.learn_version(terminate.version)) return ignore();  // of an owner that was
  if (message.answers.value == 0) {
    send(came_by, Terminate{terminate.reason, session_.version()}, message.number, step);
  }
  end(terminate.reason == Reason::none ? Reason::peer_terminated : terminate.reason);
}

}  // namespace jvpn::client
