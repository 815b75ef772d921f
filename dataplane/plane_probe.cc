// SPDX-License-Identifier: Apache-2.0
// What start() finds out of ports that run, before it relies on it: how they steer, what wakes a
// worker that sleeps.
#include "dataplane/plane_state.h"

namespace jvpn {

Result<void> DataPlane::State::steer_ports() {
  for (std::size_t i = 0; i < link_count(); ++i) {
    EthFlowDevice device(ports[i].id());
    const SteeringRequest request{config.steering, config.node, worker_count(), ports[i].rss()};
    auto chosen = choose_steering(request, facts.links[i], device);
    if (!chosen) {
      return fail("dataplane.steering = \"flow\": port \"" + devices[i].to_string() +
                  "\" refuses rules on the receiver tag: " + chosen.error().what);
    }
    steering.push_back(std::move(*chosen));
  }
  return {};
}

Result<void> DataPlane::State::plan_sleep() {
  if (config.power == Power::poll) return {};
  std::vector<ProbedPort> probed;
  for (std::size_t i = 0; i < link_count(); ++i) {
    probed.push_back({devices[i].name, ports[i].id(), devices[i].is_tap()});
  }
  doze_plan = probe_doze(probed, worker_count());
  for (std::uint8_t worker = 0; worker < worker_count(); ++worker) {
    auto bell = Bell::create();
    if (!bell) return fail(bell.error().what);
    bells.push_back(std::move(*bell));
    std::vector<WakingQueue> queues;
    for (const Port& port : ports) queues.push_back({port.id(), worker});
    auto doze = Doze::create(*bells.back(), doze_plan->by, std::move(queues));
    if (!doze) return fail(doze.error().what);
    dozes.push_back(std::move(*doze));
  }
  return {};
}

}  // namespace jvpn
