// SPDX-License-Identifier: Apache-2.0
// What the gateway wants of us: another policy, another node, a sign of life.
#include "client/live_session.h"
#include "client/timing.h"

namespace jvpn::client {

/// What is to be sent there comes behind it.
void LiveSession::learn_endpoints(std::span<const Endpoint> endpoints, Step step) {
  if (!shared_.paths.learn(endpoints)) return;
  step.out.push_back(AllowEndpoints{shared_.paths.endpoints()});
}

/// Running deadlines are only shortened, and never so that nothing could be done about them.
void LiveSession::apply_policy(const PolicyUpdate& update, Step step) {
  policy_ = update.policy;
  health_.set_policy(limits());
  traffic_.set_replay_window(policy_.replay_window_packets);
  standby_.set_policy(policy_.transport, policy_.volatility.stability_window);
  if (is_lost()) {
    const Instant least = step.now + policy_.volatility.heartbeat_interval * 2;
    const Instant until = track_.since() + policy_.switching.recovery_window;
    recovery_until_ = std::min(recovery_until_, std::max(until, least));
  }
  learn_endpoints(update.endpoints, step);
  ConfigureTunnel wanted = shared_.tunnel;
  wanted.mtu = update.tunnel_mtu;
  wanted.dns = update.dns;
  if (wanted != shared_.tunnel) step.out.push_back(shared_.tunnel = wanted);
  AuditEvent told = event("PolicyChanged", Reason::none, step.now);
  told.fields = {{"policy", to_string(update.policy_version)}};
  step.out.push_back(WriteEvent{std::move(told)});
}

/// Repeated until we acknowledge: the version that holds already is acknowledged and changes
/// nothing.
void LiveSession::on_message(const Message& message, const PolicyUpdate& update,
                             const Route& came_by, Step step) {
  if (message.owner_epoch != session_.version().owner_epoch) return ignore();
  if (update.policy_version != policy_version_) {
    const bool is_overtaken = message.number < policy_number_;
    if (is_overtaken || !session_.is_news(message) || !is_valid(update.policy)) return ignore();
    policy_number_ = message.number;
    policy_version_ = update.policy_version;
    apply_policy(update, step);
  }
  send(sending_.value_or(came_by), PolicyAck{update.policy_version}, message.number, step);
}

/// The owner is being drained: it serves on until the other node has the session.
void LiveSession::on_message(const Message& message, const Migrate& migrate, const Route&,
                             Step step) {
  if (!session_.is_news(message)) return ignore();
  learn_endpoints(migrate.endpoints, step);
  if (jump_.is_pending()) return;
  std::optional<Route> there;
  for (const Endpoint& endpoint : migrate.endpoints) {
    if (endpoint.is_unset() || endpoint == bound_.gateway) continue;
    if (!there) there = shared_.paths.route(bound_.path, endpoint);
    for (std::size_t i = 0; i < shared_.paths.size() && !there; ++i) {
      there = shared_.paths.route(PathId{static_cast<std::uint8_t>(i)}, endpoint);
    }
  }
  if (there) ask_for(*there, Reason::node_draining, step);
}

/// A hint of somebody who says that the session is his now. Only his ACK will prove it.
void LiveSession::on_message(const Message& message, const Call&, const Route& came_by, Step step) {
  const OwnerEpoch known = session_.version().owner_epoch;
  const bool counts = message.owner_epoch > known || session_.is_news(message);
  if (!counts || step.now < call_again_at_) return ignore();
  call_again_at_ = step.now + kCallSpacing;
  if (jump_.is_pending() && jump_.route() == came_by) return jump_.hasten(step.now);
  const Reason cause = is_lost() ? Reason::dead_transport_recovery : Reason::owner_acquired;
  ask_for(came_by, cause, step);
}

}  // namespace jvpn::client
