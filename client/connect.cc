// SPDX-License-Identifier: Apache-2.0
#include "client/connect.h"

#include "base/ensure.h"
#include "client/timing.h"
#include "session/core/cookie.h"

namespace jvpn::client {
namespace {

ByteView prologue() {
  return {reinterpret_cast<const std::uint8_t*>(kPrologue.data()), kPrologue.size()};
}

Tag draw_tag(RandomSource& random) {
  return Tag::from_wire(random.draw<7>());
}

}  // namespace

void Connect::start(Instant at, const SessionId& current) {
  Bytes<32> ephemeral = random_.draw<32>();
  attempt_.emplace(
      Attempt{draw_tag(random_),
              draw_tag(random_),
              NoiseInitiator(settings_.key, settings_.gateway, Key32::take(ephemeral), prologue()),
              {},
              at,
              {},
              {},
              {},
              {}});
  InitPayload payload;
  payload.suites = settings_.suites;
  payload.client_tag = attempt_->client_tag;
  payload.psk_id = psk_id_of(settings_.psk);
  payload.current_session = current;
  payload.wanted_heartbeat = settings_.wanted_heartbeat;
  Bytes<kInitPayloadSize> plain;
  ensure(write_init_payload(payload, plain), "the configuration offers one to eight suites");
  std::vector<std::uint8_t> message(kInitPayloadSize + kNoiseMessage1Overhead);
  ensure(attempt_->noise.write_message1(plain, message),
         "a gateway key of small order is refused with the configuration");
  attempt_->init = write_init(attempt_->name, message, settings_.gateway);
}

void Connect::hasten(Instant now) {
  if (!attempt_) return;
  const Instant soon = attempt_->last_send ? *attempt_->last_send + kHintSpacing : now;
  attempt_->due = std::min(attempt_->due, std::max({now, soon, attempt_->not_before}));
}

std::optional<Route> Connect::next_route(const Paths& paths, Instant now) const {
  if (attempt_->next_route && paths.is_usable(*attempt_->next_route)) return attempt_->next_route;
  if (!attempt_->last_route) return paths.select(now);
  const std::vector<Route> all = paths.routes();
  if (all.empty()) return std::nullopt;
  const auto last = std::find(all.begin(), all.end(), *attempt_->last_route);
  return last == all.end() || last + 1 == all.end() ? all.front() : *(last + 1);
}

void Connect::tick(const Paths& paths, Step step) {
  if (!attempt_ || step.now < attempt_->due) return;
  const std::optional<Route> route = next_route(paths, step.now);
  attempt_->due = Instant::never();  // without a path there is nothing to wait for but one
  if (!route) return;
  const unsigned number = attempt_->sends++;
  const Duration wait = backed_off(kInitFirstWait, number, kInitLongestWait);
  attempt_->due = step.now + wait - jitter(attempt_->name, number, wait);
  attempt_->last_route = route;
  attempt_->next_route.reset();
  attempt_->last_send = step.now;
  step.out.push_back(SendDatagram{*route, attempt_->init});
}

bool Connect::on_cookie(ByteView datagram, const Route& came_by, Instant now) {
  if (!attempt_) return false;
  const CookieScope scope{attempt_->name, mac1_in(attempt_->init), settings_.gateway};
  const std::optional<CookieReply> reply = read_cookie_reply(datagram, scope);
  if (!reply) return false;
  const std::optional<InitFrame> init = read_init(attempt_->init);
  ensure(init.has_value(), "our own INIT is well formed");
  const Mac mac2 = mac2_of(reply->cookie, init->before_mac2);
  const bool is_known = mac2 == init->mac2;
  attempt_->not_before = now + reply->retry_after;
  attempt_->due = is_known ? std::max(attempt_->due, attempt_->not_before) : attempt_->not_before;
  put_mac2(attempt_->init, mac2);
  attempt_->next_route = came_by;
  return !is_known;
}

bool Connect::is_offered(Suite suite) const {
  const auto& offered = settings_.suites;
  return std::find(offered.begin(), offered.end(), suite) != offered.end();
}

std::optional<Offer> Connect::on_ack(ByteView datagram, const Route& came_by) {
  const std::optional<AckFrame> frame = read_ack(datagram);
  if (!attempt_ || !frame || frame->attempt != attempt_->name) return std::nullopt;
  std::vector<std::uint8_t> plain(frame->noise.size() - kNoiseMessage2Overhead);
  const auto secrets = attempt_->noise.read_message2(frame->noise, settings_.psk, plain);
  if (!secrets) return std::nullopt;
  const std::optional<AckPayload> ack = read_ack_payload(plain);
  const Tag client_tag = attempt_->client_tag;
  if (!ack || !is_offered(ack->suite)) {
    // Authentic, yet not understood: the Noise state is used up, so only a new attempt can help.
    const Instant due = attempt_->due;
    start(due, SessionId{});
    return std::nullopt;
  }
  attempt_.reset();
  return Offer{*ack,
               derive_roots(*secrets),
               client_tag,
               {frame->birth_state.begin(), frame->birth_state.end()},
               came_by};
}

}  // namespace jvpn::client
