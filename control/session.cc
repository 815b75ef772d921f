// SPDX-License-Identifier: Apache-2.0
#include "control/node.h"

namespace jvpn {

void note_attempt(Session& session, const Endpoint& source, Instant now, Duration life) {
  const Boxed<Attempt>& known = session.attempt;
  if (known && known->source == source && now - known->since < life) return;
  session.attempt = Attempt{source, now};
}

SessionView view_of(const Step& step, const Session& session) {
  SessionView view;
  view.version = session.version;
  view.bound_version = session.bound_version;
  view.state = session.state;
  view.suite = session.suite;
  view.key_epoch = session.key_epoch;
  if (session.binding) {
    view.underlay = session.binding->underlay;
    view.bound = session.binding->source;
  }
  if (session.draining) {
    view.draining = session.draining->source;
    view.drain_until = session.draining->until;
  }
  view.client_tag = session.client_tag;
  view.inner_v4 = session.config->inner_v4;
  view.inner_v6 = session.config->inner_v6;
  view.tunnel_mtu = step.node.config.tunnel_mtu;
  view.replay_window =
      static_cast<std::uint16_t>(step.agreed(session).security.replay_window_packets);
  view.heartbeat_stretch = session.policies.stretch.told;
  view.hold_packets = static_cast<std::uint16_t>(step.policy(session).switching.hold_packets);
  view.hold_ms = static_cast<std::uint16_t>(to_ms(step.policy(session).switching.hold));
  return view;
}

SessionInfo info_of(const Session& session, Instant now) {
  SessionInfo info;
  info.id = session.id;
  info.peer = session.config->name;
  info.state = session.state;
  info.version = session.version;
  info.bound_version = session.bound_version;
  info.last_reason = session.last_reason;
  if (session.binding) info.bound = session.binding->source;
  info.inner_v4 = session.config->inner_v4;
  info.inner_v6 = session.config->inner_v6;
  info.tag = session.tag;
  info.suite = session.suite;
  info.total_switches = session.total_switches;
  info.age_ms = to_ms(now - session.born);
  info.bytes_up = session.bytes_up;
  info.bytes_down = session.bytes_down;
  info.metered_up = session.metered_up;
  info.metered_down = session.metered_down;
  info.routes = session.config->routes;
  return info;
}

}  // namespace jvpn
