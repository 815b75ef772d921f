// SPDX-License-Identifier: Apache-2.0
// The gateway's word: who serves the session, and where it is bound.
#include "client/live_session.h"
#include "client/timing.h"

namespace jvpn::client {

/// Each CHALLENGE to a repeated REQUEST brings the same key: computed once.
std::optional<Key32> LiveSession::shared_with(const PublicKey& theirs) {
  const KeyPair& ours = jump_.ephemeral();
  if (expected_ && expected_->ours == ours.public_key && expected_->theirs == theirs) {
    return std::move(expected_->shared);
  }
  return x25519(ours.secret, theirs);
}

/// A CHALLENGE of somebody else than the owner that we know: should it acknowledge, these keys
/// hold. Until then they open what overtakes the ACK, and are forgotten without it.
void LiveSession::expect_owner(const Message& message, const ReattachChallenge& challenge) {
  const bool names_key = challenge.ephemeral != PublicKey{};
  std::optional<Key32> shared = names_key ? shared_with(challenge.ephemeral) : std::nullopt;
  expected_.reset();
  traffic_.forget_expected();
  if (!shared) return;
  const OwnerEpoch known = session_.version().owner_epoch;
  const OwnerEpoch epoch = std::max(message.owner_epoch, OwnerEpoch{known.value + 1});
  traffic_.expect(KeyEpoch{jump_.key_epoch().value + 1},
                  session_.owner_root(*shared, challenge.owner, epoch));
  expected_.emplace(Expected{challenge.owner, epoch, jump_.ephemeral().public_key,
                             challenge.ephemeral, std::move(*shared)});
}

bool LiveSession::adopt_owner(const ReattachAck& ack, Step step) {
  if (!expected_ || expected_->owner != ack.owner) return false;
  const OwnerEpoch epoch = ack.version.owner_epoch;
  if (expected_->epoch != epoch || !traffic_.expects(ack.key_epoch)) {
    traffic_.expect(ack.key_epoch, session_.owner_root(expected_->shared, ack.owner, epoch));
  }
  traffic_.adopt_expected();
  expected_.reset();
  rekey_.forget();
  standby_.forget(step.now);
  policy_number_ = {};
  policy_version_.reset();
  AuditEvent told = event("OwnerAcquired", Reason::owner_acquired, step.now);
  told.fields = {{"node", std::int64_t{ack.owner.node}},
                 {"new_owner_epoch", std::int64_t{epoch.value}}};
  step.out.push_back(WriteEvent{std::move(told)});
  return true;
}

void LiveSession::on_message(const Message& message, const ReattachAck& ack, const Route&,
                             Step step) {
  if (!jump_.is_latest(message.answers)) return ignore();
  switch (session_.standing_of(ack.owner, ack.version.owner_epoch)) {
    case Session::Standing::rolled_back:
      return roll_back(step);
    case Session::Standing::conflicting:  // two claim one epoch: neither is believed for it
      step.out.push_back(
          WriteEvent{event("SecurityOwnershipAnomaly", Reason::ownership_conflict, step.now)});
      return ignore();
    case Session::Standing::newer:
      if (!adopt_owner(ack, step)) return ignore();
      break;
    case Session::Standing::known:
      break;
  }
  commit(ack, step);
  session_.is_news(message);  // anything older of this class is late from now on
}

/// The gateway's clock of versions went back: a copy of an old state answers, not the session's
/// owner.
void LiveSession::roll_back(Step step) {
  step.out.push_back(
      WriteEvent{event("SecurityOwnershipAnomaly", Reason::state_rolled_back, step.now)});
  end(Reason::state_rolled_back);
}

void LiveSession::commit(const ReattachAck& ack, Step step) {
  // A REJECT or a notice may have told the version of a binding whose ACK was never heard.
  const bool is_switch = ack.bound_version != session_.bound_version() || ack.observed != observed_;
  if (is_switch || is_lost()) {
    if (track_.state() == State::attached) apply(Event::jump_proven, Reason::none, step);
    if (track_.state() != State::recovering) {
      apply(is_lost() ? Event::retry : Event::switch_begins, Reason::none, step);
    }
  }
  session_.adopt(ack);
  if (is_switch) tell_switch(ack, step);
  apply(Event::reattached, Reason::none, step);
  bind(ack, step);
}

void LiveSession::tell_switch(const ReattachAck& ack, Step step) {
  AuditEvent told = event("TransportSwitch", jump_.cause(), step.now);
  const Instant since = lost_at_.value_or(jump_.began_at());
  told.fields = {{"previous_transport", observed_},
                 {"new_transport", ack.observed},
                 {"candidate_count", std::int64_t{jump_.candidate_count()}},
                 {"loss_ratio", health_.loss(step.now)},
                 {"latency_estimate_ms", to_ms(health_.rtt())},
                 {"switch_latency_ms", to_ms(step.now - since)},
                 {"explicit", jump_.origin() == Jump::Origin::own}};
  step.out.push_back(WriteEvent{std::move(told)});
  switches_.note(step.now);
}

void LiveSession::bind(const ReattachAck& ack, Step step) {
  Paths& paths = shared_.paths;
  if (jump_.origin() == Jump::Origin::notice && ack.observed != observed_) {
    paths.keepalive(bound_.path).on_lost(silence_);
  }
  if (jump_.route().path != bound_.path) paths.note_taken(jump_.route().path, step.now);
  bound_ = jump_.route();
  sending_ = bound_;
  observed_ = ack.observed;
  lost_at_.reset();
  retry_at_ = Instant::never();
  stale_answers_ = 0;
  sent_away_ = 0;
  owner_sends_ = 0;
  health_ = PathHealth(limits(), step.now);
  health_.count_sent(sent_unconfirmed_);
  sent_unconfirmed_ = 0;
  silence_ = {};
  heartbeat_at_ = step.now;
  const Duration settle =
      std::max(policy_.switching.switch_cooldown, policy_.volatility.stability_window);
  choose_at_ = step.now + settle;
  end_jump();
  paths.prefer(bound_.gateway);
  standby_.fit(paths, bound_.path, step.now);
}

}  // namespace jvpn::client
