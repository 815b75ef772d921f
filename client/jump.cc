// SPDX-License-Identifier: Apache-2.0
#include "client/jump.h"

#include "base/ensure.h"
#include "client/timing.h"

namespace jvpn::client {

namespace {

/// Sooner than the answer can be here a repetition is only noise. Worse, to give up a CONFIRM whose
/// ACK is on its way: where many clients jump at once, the gateway's queue may be longer than any
/// fixed wait, and none would ever hear the ACK that it waits for.
Duration patience(Duration exchange) {
  return std::clamp(exchange * 3 / 2, kRequestFirstWait, kRequestLongestWait);
}

}  // namespace

Reattach Jump::fields() const {
  Reattach fields;
  fields.bound_version = session_.bound_version();
  fields.key_epoch = wish_.key_epoch;
  fields.path = route_.path;
  fields.cause = wish_.cause;
  fields.candidate_count = wish_.candidate_count;
  fields.highest_sent = wish_.highest_sent;
  fields.ephemeral = ephemeral_.public_key;
  fields.owner_silent = wish_.owner_silent;
  return fields;
}

void Jump::begin(Step step) {
  if (is_pending()) return;
  began_at_ = step.now;
  rounds_ = 0;
  backoff_ = 0;
  Bytes<32> secret = random_.draw<32>();
  ephemeral_ = KeyPair::from_secret(Key32::take(secret));
}

void Jump::send(SealedMessage message, Step step) {
  latest_ = message.number;
  datagram_ = std::move(message.datagram);
  sends_ = 0;
  first_sent_at_ = step.now;
  repeat(step);
}

void Jump::repeat(Step step) {
  ensure(is_pending(), "only a jump under way has something to repeat");
  const Duration wait = backed_off(first_wait_, backoff_, kRequestLongestWait);
  if (!is_hastened_) ++backoff_;
  is_hastened_ = false;
  ++sends_;
  sent_at_ = step.now;
  due_ = step.now + wait;
  step.out.push_back(SendDatagram{route_, datagram_});
}

void Jump::request(const Route& route, const Wish& wish, Duration rtt, Step step) {
  begin(step);
  stage_ = Stage::requested;
  origin_ = Origin::own;
  route_ = route;
  wish_ = wish;
  first_wait_ = patience(rtt);
  ++rounds_;
  send(session_.seal(ReattachRequest{fields()}, {}, kRequestSize, random_), step);
}

void Jump::confirm(const PathToken& token, MessageNumber answers, Step step) {
  stage_ = Stage::confirmed;
  backoff_ = 0;  // the path answers: repeat at its pace again
  if (origin_ == Origin::own) first_wait_ = patience(step.now - first_sent_at_);
  send(session_.seal(ReattachConfirm{fields(), token}, answers, kRequestSize, random_), step);
}

void Jump::confirm_notice(const Route& route, const Wish& wish, const Message& notice, Step step) {
  if (!is_pending() || origin_ == Origin::notice) wish_ = wish;
  begin(step);
  origin_ = Origin::notice;
  route_ = route;
  first_wait_ = kRequestFirstWait;
  confirm(std::get<UnboundNotice>(notice.body).token, notice.number, step);
}

void Jump::hasten(Instant now) {
  const Instant soon = std::max(now, sent_at_ + kHintSpacing);
  if (!is_pending() || soon >= due_) return;
  due_ = soon;
  is_hastened_ = true;
}

bool Jump::is_latest(MessageNumber answered) const {
  return is_pending() && answered == latest_;
}

}  // namespace jvpn::client
