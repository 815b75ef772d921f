// SPDX-License-Identifier: Apache-2.0
#include "dataplane/plane.h"

#include "base/ensure.h"
#include "dataplane/outer.h"
#include "dataplane/plane_state.h"

namespace jvpn {

DataPlane::DataPlane() : state_(std::make_unique<State>()) {}

DataPlane::~DataPlane() {
  stop();
}

Result<std::unique_ptr<DataPlane>> DataPlane::start(const PlaneConfig& config) {
  std::unique_ptr<DataPlane> plane(new DataPlane);
  State& state = *plane->state_;
  state.config = config;
  for (auto step :
       {&State::check, &State::check_interfaces, &State::start_eal, &State::make_buffers,
        &State::open_ports, &State::steer_ports, &State::set_up_taps, &State::lay_out_memory,
        &State::plan_sleep, &State::make_workers}) {
    if (auto done = (state.*step)(); !done) return fail(done.error().what);
  }
  return plane;
}

Result<void> DataPlane::launch() {
  ensure(!state_->running, "workers are launched once");
  state_->running = true;
  for (std::uint8_t i = 0; i < state_->worker_count(); ++i) {
    auto launched = launch_on_lcore(Eal::lcore_of(i), state_->launches[i]);
    if (!launched) return fail(launched.error().what);
  }
  return {};
}

void DataPlane::stop() {
  if (!state_->running) return;
  state_->stopping.store(true, std::memory_order_relaxed);
  for (std::uint8_t i = 0; i < state_->worker_count(); ++i) {
    join_lcore(Eal::lcore_of(i), state_->launches[i]);
  }
  state_->running = false;
}

SessionTable& DataPlane::table() {
  return *state_->table;
}

Mailbox& DataPlane::mailbox(std::uint8_t worker) {
  ensure(worker < state_->mailboxes.size(), "each worker has one mailbox");
  return state_->mailboxes[worker];
}

std::uint8_t DataPlane::workers() const {
  return state_->worker_count();
}

AddressPool* DataPlane::pool_v4() {
  return state_->pool_v4 ? &*state_->pool_v4 : nullptr;
}

AddressPool* DataPlane::pool_v6() {
  return state_->pool_v6 ? &*state_->pool_v6 : nullptr;
}

Routes* DataPlane::routes() {
  return state_->routes.get();
}

OuterTemplate DataPlane::make_outer(std::uint8_t underlay, const Endpoint& peer) {
  ensure(underlay < state_->config.underlays.size(), "an underlay is named by its index");
  const Link& link = state_->facts.links[underlay];
  const IpAddress& hop = link.hop_towards(peer.address);
  if (hop.is_unset()) return OuterTemplate{};
  return build_outer(link, peer, state_->upkeep.want(underlay, hop));
}

void DataPlane::set_serving_deadline(Instant until) {
  // Relaxed; partner: PlaneFacts::is_serving().
  state_->facts.serving_until_ns.store(until.ns, std::memory_order_relaxed);
}

std::string DataPlane::memory_kind() const {
  return state_->eal->memory_kind();
}

const std::vector<std::string>& DataPlane::warnings() const {
  return state_->warnings;
}

}  // namespace jvpn
