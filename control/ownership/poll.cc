// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/poll.h"

#include "control/ownership/asking.h"
#include "control/ownership/hand_over.h"
#include "control/ownership/lease.h"
#include "control/ownership/pursuit.h"
#include "control/ownership/watch.h"
#include "control/records/store_keys.h"

namespace jvpn {
namespace {

bool is_watched(const Step& step, std::uint8_t node, const Watch& watch) {
  return node != step.node.config.node && step.now < watch.wanted_until;
}

}  // namespace

void poll(const Step& step) {
  ClusterState& cluster = step.node.cluster;
  if (cluster.polling || !step.node.is_alive()) return;
  cluster.polling = true;
  StoreRead read{0, {}, std::string(kWishKeys)};
  for (const auto& [node, watch] : cluster.watches) {
    if (!is_watched(step, node, watch)) continue;
    read.keys.push_back(life_key(node));
    read.keys.push_back(renewal_key(node));
  }
  for (const auto& [id, takeover] : cluster.takeovers) {
    if (takeover.wanted) read.keys.push_back(session_key(id));
  }
  Errand errand(AskedFor::poll);
  errand.number = ++cluster.reads;
  ask(step, errand, std::move(read));
}

void on_polled(const Step& step, const Settled& settled) {
  step.node.cluster.polling = false;
  if (!settled.applied()) return;
  for (auto& [node, watch] : step.node.cluster.watches) {
    if (settled.has(life_key(node))) observe(step, node, settled);
  }
  if (!is_serving(step)) return;  // what was read may be old by the time that we may act again
  weigh_wishes(step, settled);
  pursue_takeovers(step, settled);
  remind_of_drain(step);
}

}  // namespace jvpn
