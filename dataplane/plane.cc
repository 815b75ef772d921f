// SPDX-License-Identifier: Apache-2.0
#include "dataplane/plane.h"

#include <rte_mbuf.h>

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
  for (auto step : {&State::check, &State::check_interfaces, &State::start_eal, &State::open_ports,
                    &State::set_up_taps, &State::lay_out_memory, &State::make_workers}) {
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

std::map<std::string, std::uint64_t> DataPlane::counters() const {
  std::map<std::string, std::uint64_t> out;
  const State& state = *state_;
  for (const auto& worker : state.workers) {
    const WorkerCounters& counted = worker->counters();
    for (std::size_t i = 0; i < kVerdicts; ++i) {
      const bool gauge = static_cast<Verdict>(i) == Verdict::held;
      out[(gauge ? "gauge_" : "") + std::string(kVerdictNames[i])] += counted.verdicts[i].sample();
    }
    for (std::size_t i = 0; i < state.link_count(); ++i) {
      const bool underlay = i < state.config.underlays.size();
      const std::string port = underlay ? "underlay" + std::to_string(i) : "plaintext";
      out["rx_" + port] += counted.rx[i].sample();
      out["tx_" + port] += counted.tx[i].sample();
    }
    out["over_committed_up"] += counted.over_committed_up.sample();
    out["over_committed_down"] += counted.over_committed_down.sample();
    out["taken_over"] += counted.taken_over.sample();
    out["notices"] += counted.notices.sample();
    out["notices_lost"] += counted.notices_lost.sample();
    out["injected"] += counted.injected.sample();
    out["injected_lost"] += counted.injected_lost.sample();
  }
  out["sends_lost"] = state.sends_lost;
  out["gauge_neighbours"] = state.upkeep.size();
  out["gauge_held_sends"] = state.held.size();
  out["gauge_free_slots"] = state.table->free_slots();
  out["gauge_free_key_blocks"] = state.table->free_key_blocks();
  out["gauge_free_buffers"] = rte_mempool_avail_count(state.buffers.get());
  return out;
}

}  // namespace jvpn
