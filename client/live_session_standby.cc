// SPDX-License-Identifier: Apache-2.0
// The paths that stand by: probing them, and moving to one that is measured to be better.
#include <algorithm>

#include "client/live_session.h"
#include "client/timing.h"

namespace jvpn::client {

void LiveSession::send_probes(Step step) {
  while (const auto probe = standby_.due_probe(step.now)) {
    SealedMessage message = session_.seal(probe->body, {}, kRequestSize, shared_.random);
    standby_.told_of(probe->route.path, message.number, step.now);
    step.out.push_back(SendDatagram{probe->route, std::move(message.datagram)});
  }
}

std::optional<Route> LiveSession::better_route(Instant now) const {
  std::vector<PathQuality> candidates = standby_.measured(now);
  std::erase_if(candidates, [&](const PathQuality& candidate) {
    return shared_.paths.is_avoided(candidate.path, now);
  });
  const bool stable = track_.state() == State::attached;
  const PathQuality current{bound_.path, health_.loss(now), health_.rtt(), stable};
  const SelectionRules rules{policy_.switching.switch_improvement_factor,
                             policy_.volatility.loss_volatile_threshold};
  const std::optional<PathId> better = choose_better(current, candidates, rules);
  return better ? standby_.route(*better) : std::nullopt;
}

void LiveSession::tick_standby(Step step) {
  if (is_lost()) return;
  standby_.fit(shared_.paths, bound_.path, step.now);
  send_probes(step);
  standby_.report(shared_.paths, step.now);
  const bool is_busy = jump_.is_pending() || retry_at_ != Instant::never();
  if (is_busy || step.now < choose_at_ || health_.rtt() == Duration{}) return;
  // Half of what the gateway allows in a minute is left for paths that die.
  if (switches_.recent(step.now) * 2 >= policy_.switching.max_switches_per_min) return;
  if (const std::optional<Route> better = better_route(step.now)) {
    ask_for(*better, Reason::peer_transport_changed, step);
  }
}

void LiveSession::on_message(const Message& message, const PathChallenge& challenge,
                             const Route& came_by, Step step) {
  if (message.answers.value != 0) {
    const auto route = standby_.on_challenge(message.answers, came_by, step.now);
    if (!route) return ignore();
    return send(*route, PathResponse{route->path, challenge.token}, message.number, step);
  }
  // Who answers from the old path while moving away would revert the own jump.
  const bool leaving = jump_.is_pending() && sending_ && jump_.route() != *sending_;
  const bool in_use = sending_ && came_by.path == sending_->path && !leaving;
  if (!in_use || !session_.is_news(message)) return ignore();
  send(*sending_, PathResponse{sending_->path, challenge.token}, message.number, step);
}

}  // namespace jvpn::client
