// SPDX-License-Identifier: Apache-2.0
// Fresh keys: whose wish it was, when the former ones are wiped, and what happens when none come.
#include <algorithm>

#include "client/live_session.h"
#include "client/timing.h"

namespace jvpn::client {

/// Traffic switches by itself, in the moment that something opened under staged keys.
void LiveSession::watch_keys(Step step) {
  const KeySlot& current = traffic_.current();
  if (current.epoch() != told_epoch_) {
    told_epoch_ = current.epoch();
    key_age_.restart();
    key_need_ = KeyNeed::none;
    retire_keys_at_ = Instant::never();
    AuditEvent told = event("KeyRotated", Reason::none, step.now);
    told.fields = {{"key_epoch", std::int64_t{current.epoch().value}}};
    step.out.push_back(WriteEvent{std::move(told)});
  }
  const bool answered = traffic_.has_former() && current.opened != 0;
  if (!answered || retire_keys_at_ != Instant::never()) return;
  retire_keys_at_ =
      step.now + std::max({Duration(kLeastKeyOverlap), policy_.switching.drain, health_.rtt() * 2});
}

void LiveSession::tick_keys(Step step) {
  watch_keys(step);
  if (step.now >= retire_keys_at_) {
    traffic_.retire();
    retire_keys_at_ = Instant::never();
  }
  key_age_.note(shared_.counters.sent + shared_.counters.delivered, step.now);
  key_need_ = key_age_.need_of(traffic_.current(), traffic_.budget(), policy_);
  if (key_need_ == KeyNeed::end) {
    step.out.push_back(WriteEvent{event("KeyExpired", Reason::key_expired, step.now)});
    return end(Reason::key_expired);
  }
  if (!sending_) return;
  if (auto wish = rekey_.tick(key_need_ == KeyNeed::renewal, step.now)) {
    step.out.push_back(SendDatagram{*sending_, std::move(*wish)});
  } else if (rekey_.take_denial()) {
    step.out.push_back(WriteEvent{event("RekeyDenied", Reason::none, step.now)});
  }
}

void LiveSession::on_message(const Message& message, const RekeyInit& init, const Route& came_by,
                             Step step) {
  auto answer = rekey_.on_init(message, init);
  if (!answer) return ignore();
  step.out.push_back(SendDatagram{sending_.value_or(came_by), std::move(*answer)});
}

void LiveSession::on_message(const Message& message, const RekeyAck& ack, const Route&, Step step) {
  if (!rekey_.on_ack(message, ack)) return ignore();
  watch_keys(step);
  health_.ask_at(step.now);  // the gateway seals under them once it has opened something
}

}  // namespace jvpn::client
