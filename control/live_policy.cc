// SPDX-License-Identifier: Apache-2.0
#include "control/live_policy.h"

#include <algorithm>

#include "control/deadlines.h"
#include "control/events.h"
#include "control/limits.h"
#include "control/outbox.h"

namespace jvpn {
namespace {

PolicyVersion version_of(const Policy& policy) {
  return parse_policy_version(policy.version).value_or(PolicyVersion{});
}

Result<void> check_next(const Policy& now, const Policy& next) {
  if (auto good = validate(next); !good) return good;
  if (next == now || version_of(next) > version_of(now)) return {};
  return fail("policy.version = \"" + next.version +
              "\": a changed policy must have a higher one than \"" + now.version + "\"");
}

TimerBounds shortened(Instant end, Instant floor) {
  if (end == Instant::never()) return {};
  return {floor, end};
}

/// `slot`: its turn among all that change at once.
void adopt(const Step& step, Session& session, Duration slot) {
  SessionPolicies& policies = session.policies;
  const Policy& old = step.policy(session);
  const Ends ends = ends_of(session, old);
  const Instant floor = step.now + 2 * old.volatility.heartbeat_interval + slot;
  policies.bounds = {shortened(ends.lifetime, floor), shortened(ends.ttl, floor),
                     shortened(std::min(ends.recovery, ends.volatile_), floor)};
  PolicyNews& news = want_policy_told(step, session);
  if (!news.agreed) news.agreed = policies.in_force;
  news.tell_at = step.now + slot;
  policies.in_force = step.node.policy;
}

/// Sessions that never saw another policy than the node's have it in force by name from now on.
void pin_all(const Step& step, const SharedPolicy& before) {
  for (Session* session : step.node.sessions.in_turn()) {
    if (!session->policies.in_force) session->policies.in_force = before;
  }
}

void adopt_all(const Step& step) {
  std::int64_t turn = 0;
  for (Session* session : step.node.sessions.in_turn()) {
    adopt(step, *session, kWalkInterval * turn++);
  }
}

void start_walk(const Step& step) {
  step.node.walk = step.node.sessions.size();
}

std::uint8_t stretch_for(const Step& step) {
  const auto sessions = static_cast<std::uint64_t>(step.node.sessions.size());
  const Policy& policy = step.policy();
  const auto interval_ms = static_cast<std::uint64_t>(to_ms(policy.volatility.heartbeat_interval));
  const std::uint64_t per_s = sessions * 1000 / interval_ms;
  const std::uint64_t limit = policy.limits.heartbeats_per_s;
  return static_cast<std::uint8_t>(std::clamp<std::uint64_t>((per_s + limit - 1) / limit, 1, 255));
}

void take_over_stretch(const Step& step, Session& session) {
  Stretch& stretch = session.policies.stretch;
  if (stretch.told == step.node.stretch) return;
  const Duration interval = step.agreed(session).volatility.heartbeat_interval;
  stretch = {step.node.stretch, stretch.told, step.now + 2 * interval * stretch.told};
}

std::vector<std::uint8_t> sealed_update(const Step& step, Session& session) {
  const ControlConfig& config = step.node.config;
  const PolicyUpdate update{version_of(step.policy(session)), client_policy_for(step, session),
                            config.tunnel_mtu, config.dns, config.endpoints};
  return seal_for(step, session, update);
}

}  // namespace

Result<void> apply_policy(const Step& step, Policy policy) {
  Node& node = step.node;
  if (auto good = check_next(*node.policy, policy); !good) {
    refuse_policy(step, good.error().what);
    return good;
  }
  node.births_denied = false;
  if (policy == *node.policy) return {};
  pin_all(step, node.policy);
  const std::string before = node.policy->version;
  node.policy = std::make_shared<const Policy>(std::move(policy));
  node.policy_changed_at = step.now;
  node.birth_keys.set_life(node.policy->session.birth_key);
  const bool strict = node.policy->apply == PolicyApply::strict;
  write_node_event(step, "PolicyChanged", Reason::none,
                   {{"previous_policy_version", before},
                    {"apply", std::string(strict ? "strict" : "grace")},
                    {"sessions", static_cast<std::int64_t>(node.sessions.size())}});
  if (strict) adopt_all(step);
  if (strict) start_walk(step);
  return {};
}

void refuse_policy(const Step& step, std::string_view why) {
  step.node.births_denied = true;
  step.count("policy_rejected");
  write_node_event(step, "PolicyRejected", Reason::policy_denied, {{"why", std::string(why)}});
}

void adopt_by_grace(const Step& step, Session& session) {
  const SharedPolicy& in_force = session.policies.in_force;
  if (in_force && in_force != step.node.policy) adopt(step, session, Duration::zero());
}

ClientPolicy client_policy_for(const Step& step, const Session& session) {
  ClientPolicy policy = client_part(step.policy(session));
  policy.volatility.heartbeat_interval =
      granted_heartbeat(policy.volatility, session.policies.wanted_heartbeat);
  return policy;
}

Duration granted_heartbeat(const VolatilityPolicy& policy, Duration wanted) {
  const Duration interval = policy.heartbeat_interval;
  if (wanted <= Duration::zero()) return interval;
  const Duration shortest = std::max<Duration>(kShortestHeartbeat, interval / 4);
  const Duration longest = std::max<Duration>(interval, policy.heartbeat_volatile / 2);
  return std::clamp(wanted, std::min(shortest, interval), longest);
}

VolatilityPolicy judged_by(const Step& step, const Session& session) {
  VolatilityPolicy policy = step.agreed(session).volatility;
  const std::uint8_t stretch = session.policies.stretch.at(step.now);
  policy.heartbeat_interval =
      stretch * granted_heartbeat(policy, session.policies.wanted_heartbeat);
  policy.heartbeat_volatile *= stretch;
  policy.transport_dead *= stretch;
  return policy;
}

PolicyNews& want_policy_told(const Step& step, Session& session) {
  PolicyNews& news = session.policies.news.ensured();
  news.tell_at = step.now;
  news.tells = 0;
  news.update.clear();
  return news;
}

void tell_configuration(const Step& step, Session& session) {
  const ControlConfig& config = step.node.config;
  const bool has_more = !config.dns[0].is_unset() || !config.endpoints[0].is_unset();
  const Instant changed = step.node.policy_changed_at;
  const bool outdated =
      changed != Instant{0} && step.now - changed < 2 * step.policy().session.birth_key;
  if (!has_more && !outdated) return;
  want_policy_told(step, session);
  tell_policy(step, session);
}

void tell_policy(const Step& step, Session& session) {
  if (session.policies.tell_at() > step.now) return;
  PolicyNews& news = *session.policies.news;
  const Duration wait = kPolicyFirstWait * (1u << std::min(news.tells, 10u));
  news.tell_at = step.now + std::min<Duration>(wait, kPolicyLongestWait);
  if (!session.binding) return;  // told as soon as there is a path
  ++news.tells;
  if (news.update.empty()) news.update = sealed_update(step, session);
  send(step, along(*session.binding), news.update);
}

void on_policy_ack(const Step& step, Session& session, const PolicyAck& ack) {
  Boxed<PolicyNews>& news = session.policies.news;
  if (!news || ack.policy_version != version_of(step.policy(session))) {
    return step.count("policy_ack_unasked");
  }
  news.reset();
  publish(step, session);
}

void measure_stretch(const Step& step) {
  Node& node = step.node;
  if (step.now < node.next_stretch) return;
  node.next_stretch = step.now + kStretchInterval;
  const std::uint8_t stretch = stretch_for(step);
  if (stretch == node.stretch) return;
  node.stretch = stretch;
  start_walk(step);
}

/// From the end to the beginning: whoever leaves meanwhile makes nobody else be missed.
std::vector<Session*> walk_sessions(const Step& step) {
  std::vector<Session*> reached;
  std::size_t& left = step.node.walk;
  const std::span<Session* const> all = step.node.sessions.in_turn();
  left = std::min(left, all.size());
  while (left != 0 && reached.size() < kWalkStep) {
    Session& session = *all[--left];
    if (session.is_closing()) continue;
    take_over_stretch(step, session);
    publish(step, session);
    reached.push_back(&session);
  }
  return reached;
}

}  // namespace jvpn
