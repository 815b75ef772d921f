// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/liveness.h"

#include <algorithm>
#include <set>
#include <span>

namespace jvpn::sim {
namespace {

/// Of a session whose client can reach all of them: who asked while it was healed may each get it
/// once, and the one that the client then stays with.
constexpr int kMostOwnerChanges = 5;

/// Peers of one gateway that still want a session, and those of them that have one, as both sides
/// see it.
struct Count {
  std::set<std::uint16_t> want, have;
};

/// Sessions that the gateways serve.
std::set<SessionId> served(Simulation& sim) {
  std::set<SessionId> ids;
  for (std::size_t i = 0; i < sim.gateway_count(); ++i) {
    for (const SessionInfo& session : sim.gateway(i)->sessions()) {
      if (session.state == State::attached) ids.insert(session.id);
    }
  }
  return ids;
}

/// Nodes of a cluster serve together.
std::size_t gateway_of(Simulation& sim, std::size_t device) {
  return sim.scenario().cluster ? 0 : sim.scenario().devices[device].gateway;
}

std::vector<Count> count(Simulation& sim) {
  const std::set<SessionId> live = served(sim);
  std::vector<Count> counts(sim.gateway_count());
  for (std::size_t i = 0; i < sim.device_count(); ++i) {
    if (sim.device(i).closed()) continue;
    Count& at = counts[gateway_of(sim, i)];
    at.want.insert(sim.device(i).peer());
    const client::Status status = sim.device(i).status();
    const bool agreed = status.state == State::attached && live.contains(status.session);
    if (agreed) at.have.insert(sim.device(i).peer());
  }
  return counts;
}

bool converged(Simulation& sim) {
  const std::vector<Count> counts = count(sim);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::size_t slots = sim.scenario().gateways[i].slots;
    if (counts[i].have.size() < std::min(counts[i].want.size(), slots)) return false;
  }
  return true;
}

/// At any time a session may end by its age, and none need be born in its place at once.
bool ended_of_age(const Device& device, std::size_t ends_before) {
  const std::span<const Reason> ends = device.ends();
  return std::ranges::find(ends.subspan(ends_before), Reason::session_lifetime_exceeded) !=
         ends.subspan(ends_before).end();
}

void demand_flow(Simulation& sim) {
  const Deliveries& deliveries = sim.checkers().deliveries;
  const std::size_t up = deliveries.count(true), down = deliveries.count(false);
  std::vector<Count> counts = count(sim);
  std::vector<std::size_t> ends;
  Duration longest{};
  for (std::size_t i = 0; i < sim.device_count(); ++i) {
    ends.push_back(sim.device(i).ends().size());
    longest = std::max(longest, sim.scenario().devices[i].packet_every);
  }
  sim.run_for(4 * longest + 1s);
  for (std::size_t i = 0; i < sim.device_count(); ++i) {
    if (!ended_of_age(sim.device(i), ends[i])) continue;
    counts[gateway_of(sim, i)].have.erase(sim.device(i).peer());
  }
  std::size_t have = 0;
  for (const Count& at : counts) have += at.have.size();
  if (deliveries.count(true) < up + 2 * have) sim.checkers().breaches.add("I20", "no uplink");
  if (deliveries.count(false) < down + 2 * have) sim.checkers().breaches.add("I20", "no downlink");
}

std::string stragglers(Simulation& sim) {
  std::string who;
  for (std::size_t i = 0; i < sim.device_count(); ++i) {
    const client::Status status = sim.device(i).status();
    if (sim.device(i).closed() || status.state == State::attached) continue;
    who += " device " + std::to_string(i) + " " + std::string(to_string(status.state)) + " (" +
           std::string(to_string(status.last_reason)) + ")";
  }
  return who;
}

/// How often a living gateway had no slot to give.
std::uint64_t slots_refused(Simulation& sim) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < sim.gateway_count(); ++i) {
    if (sim.gateway(i) == nullptr) continue;
    for (const auto& [name, count] : sim.gateway(i)->counters()) {
      if (name == "no_free_slot") sum += count;
    }
  }
  return sum;
}

}  // namespace

Duration convergence_limit(const Policy& policy) {
  return policy.session.transport_lost_ttl + policy.switching.recovery_window +
         4 * policy.volatility.transport_dead + 90s;
}

void demand_convergence(Simulation& sim) {
  // A node that had lost the store serves again once its lease is renewed.
  if (sim.scenario().shared_store) sim.run_for(15s);
  const Instant end = sim.world().now() + convergence_limit(sim.scenario().policy);
  sim.checkers().wanderings.begin_anew();
  while (!converged(sim) && sim.world().now() < end) sim.run_for(200ms);
  if (!converged(sim)) sim.checkers().breaches.add("I20", "not ATTACHED:" + stragglers(sim));
  const int changes = sim.checkers().wanderings.most();
  if (changes > kMostOwnerChanges) {
    sim.checkers().breaches.add("I20", "a session changed owners " + std::to_string(changes) +
                                           " times and was never bound");
  }
  if (sim.checkers().breaches.empty()) demand_flow(sim);
}

bool demand_recovery(Simulation& sim, std::size_t index) {
  Device& device = sim.device(index);
  const Policy& policy = sim.scenario().policy;
  const client::Status before = device.status();
  const bool may_jump = policy.switching.max_switches_per_min > 0 &&
                        sim.network().path_count(index) > 1 && !device.closed();
  if (before.state != State::attached || !may_jump) return false;
  const AccessId path{static_cast<std::uint16_t>(index), before.bound.path.value};
  const std::size_t ended = device.ends().size();
  const std::uint64_t refused = slots_refused(sim);
  sim.network().set_black_hole(path, true, true);
  sim.run_for(policy.volatility.transport_dead + policy.volatility.heartbeat_interval +
              3 * std::max<Duration>(before.rtt, 20ms) + 1s);
  const client::Status after = device.status();
  sim.network().set_black_hole(path, false, false);
  if (ended_of_age(device, ended)) return false;
  if (after.state == State::attached && after.bound.path != before.bound.path) return true;
  // The other path may lead to another node only, and that may have had no room just now.
  if (slots_refused(sim) != refused) return false;
  sim.checkers().breaches.add(
      "I20", "no recovery by the other path: " + std::string(to_string(after.state)) + " (" +
                 std::string(to_string(after.last_reason)) + ")");
  return true;
}

}  // namespace jvpn::sim
