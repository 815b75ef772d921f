// SPDX-License-Identifier: Apache-2.0
// Birth and end of sessions: offer, CONFIRM, DONE; whose end it was, and what comes next.
#include "client/agent.h"
#include "client/agent_parts.h"
#include "client/timing.h"

namespace jvpn::client {
namespace {

/// Sent away on purpose: who comes back at once would only be sent away again, or take turns with
/// another device that has the same key.
bool is_unwelcome(Reason reason) {
  return reason == Reason::operator_terminated || reason == Reason::policy_terminated ||
         reason == Reason::superseded || reason == Reason::security_failure ||
         reason == Reason::state_rolled_back;
}

}  // namespace

void ClientAgent::begin(Instant at) {
  phase_ = Phase::connecting;
  connect_.start(at, SessionId{});
}

void ClientAgent::on_offer(Offer offer, Step step) {
  if (phase_ == Phase::live) {
    const bool is_known = offer.ack.live_session == live_->session().id();
    if (is_known || !live_->is_forgotten(offer.route.gateway, step.now)) {
      live_->put_off_question(step.now + kQuestionAfter);
      return;  // only the way to it is missing
    }
    live_->finish(Reason::unknown_session, step);
    live_.reset();
    unsendable_since_ = step.now;
  }
  if (phase_ == Phase::closing || phase_ == Phase::closed) return;
  Session session(offer.ack.session, offer.client_tag, offer.roots.resume);
  SealedMessage confirm = session.seal_handshake_confirm(offer.birth_state, random_);
  paths_.prefer(offer.route.gateway);
  confirming_ = std::make_unique<Confirming>(
      Confirming{std::move(offer), std::move(session), std::move(confirm), step.now, 0});
  phase_ = Phase::confirming;
  send_confirm(step);
}

void ClientAgent::send_confirm(Step step) {
  Confirming& c = *confirming_;
  if (c.sends == kConfirmSends || !paths_.is_usable(c.offer.route)) {
    confirming_.reset();
    return begin(step.now);
  }
  c.due = step.now + backed_off(kConfirmFirstWait, c.sends++, kConfirmLongestWait);
  step.out.push_back(SendDatagram{c.offer.route, c.confirm.datagram});
}

void ClientAgent::on_done(ByteView datagram, Step step) {
  const std::optional<Message> message = confirming_->session.open(datagram);
  const auto* done = message ? std::get_if<HandshakeDone>(&message->body) : nullptr;
  if (done == nullptr || message->answers != confirming_->confirm.number) {
    ++counters_.control_ignored;
    return;
  }
  const Offer& offer = confirming_->offer;
  // Names are asked for as before until the gateway says otherwise.
  const ConfigureTunnel tunnel{offer.ack.inner_v4, offer.ack.inner_v6, offer.ack.tunnel_mtu,
                               tunnel_.dns};
  if (tunnel != tunnel_) step.out.push_back(tunnel_ = tunnel);
  live_ = std::make_unique<LiveSession>(
      std::move(confirming_->session), offer, *done,
      LiveSession::Shared{paths_, random_, engine_, counters_, tunnel_, settings_.prefixes}, step);
  confirming_.reset();
  phase_ = Phase::live;
  live_->on_path(live_->bound().path, step);  // it may have gone while DONE was under way
  live_->tick(step);
}

void ClientAgent::ask_whether_known(Step step) {
  if (step.now < live_->question_at()) return;
  live_->put_off_question(Instant::never());
  if (!connect_.is_active()) connect_.start(step.now, live_->session().id());
}

void ClientAgent::notice_gap(Step step) {
  if (wake_at_ == Instant::never() || step.now <= wake_at_ + kGapTolerance) return;
  const Duration gap = step.now - wake_at_;
  wake_at_ = Instant::never();
  if (phase_ == Phase::live) live_->on_gap(gap, step);
  connect_.hasten(step.now);
}

void ClientAgent::settle(Step step) {
  if (phase_ != Phase::live) return;
  if (const std::optional<Reason> reason = live_->ended()) return end_session(*reason, step);
  if (live_->is_bound()) connect_.stop();
  if (live_->sending()) unsendable_since_ = step.now;
}

void ClientAgent::end_session(Reason reason, Step step) {
  live_->finish(reason, step);
  live_.reset();
  unsendable_since_ = step.now;
  begin(step.now + (is_unwelcome(reason) ? kUnwelcomeWait : Duration{}));
  connect_.tick(paths_, step);
}

void ClientAgent::shutdown(Instant now, Actions& out) {
  const Step step{now, out};
  connect_.stop();
  confirming_.reset();
  if (phase_ == Phase::closing || phase_ == Phase::closed) return;
  if (phase_ != Phase::live) {
    phase_ = Phase::closed;
    return;
  }
  const std::optional<Route> route = live_->sending() ? live_->sending() : paths_.select(now);
  SealedMessage terminate = live_->seal_terminate(Reason::peer_terminated);
  live_->finish(Reason::peer_terminated, step);
  phase_ = route ? Phase::closing : Phase::closed;
  if (!route) return;
  closing_ =
      std::make_unique<Closing>(Closing{std::move(terminate), *route, now, now + kTerminateLimit});
  send_terminate(step);
}

void ClientAgent::send_terminate(Step step) {
  if (step.now >= closing_->until) {
    phase_ = Phase::closed;
    return;
  }
  closing_->due = std::min(step.now + kTerminateWait, closing_->until);
  step.out.push_back(SendDatagram{closing_->route, closing_->terminate.datagram});
}

void ClientAgent::close_answered(ByteView datagram) {
  const std::optional<Message> message = live_->session().open(datagram);
  if (message && std::holds_alternative<Terminate>(message->body)) phase_ = Phase::closed;
}

}  // namespace jvpn::client
