// SPDX-License-Identifier: Apache-2.0
// What control tells of the workers: sums of what each counts for itself (relaxed samples of
// numbers with one writer).
#include <rte_cycles.h>
#include <rte_mbuf.h>

#include <algorithm>
#include <utility>

#include "dataplane/plane_state.h"

namespace jvpn {
namespace {

std::uint64_t cycles_of(const OwnedCount& ns) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(Wide{ns.sample()} * rte_get_tsc_hz() / 1'000'000'000);
}

constexpr Duration kLoadWindow = 1s;
/// Of fewer frames nothing is concluded; of more, one in a hundred may come to the wrong worker
/// (handshakes and control are nobody's, sessions may be born meanwhile).
constexpr std::uint64_t kJudgedFrames = 1000;

const char* name_of(DozeBy by) {
  switch (by) {
    case DozeBy::interrupt:
      return "interrupt";
    case DozeBy::monitor:
      return "monitor";
    case DozeBy::nap:
      return "nap";
  }
  return "";
}

}  // namespace

std::string DataPlane::State::port_name(std::size_t link) const {
  return link < config.underlays.size() ? "underlay" + std::to_string(link) : "plaintext";
}

WorkerReport DataPlane::State::report_of(std::uint8_t worker) const {
  const WorkerCounters& counted = workers[worker]->counters();
  WorkerReport out;
  out.core = config.worker_cores[worker];
  out.socket = worker_sockets[worker];
  out.sessions = table->sessions_of(worker);
  for (std::size_t i = 0; i < link_count(); ++i) {
    out.ports.push_back(
        {counted.rx[i].sample(), counted.tx[i].sample(), counted.handed_over[i].sample()});
    out.handed_over += out.ports.back().handed_over;
  }
  out.taken_over = counted.taken_over.sample();
  out.handover_full = counted.of(Verdict::handover_full).sample();
  out.busy_cycles = cycles_of(counted.busy_ns);
  out.idle_cycles = cycles_of(counted.idle_ns);
  out.asleep_cycles = cycles_of(counted.asleep_ns);
  if (load_recent.empty()) return out;  // the first second is not over
  const WorkerLoad& recent = load_recent[worker];
  const std::uint64_t all = recent.busy_ns + recent.idle_ns;
  if (all == 0) return out;
  out.busy_share = static_cast<double>(recent.busy_ns) / static_cast<double>(all);
  out.asleep_share =
      static_cast<double>(std::min(recent.asleep_ns, all)) / static_cast<double>(all);
  return out;
}

void DataPlane::State::mark_load(Instant now) {
  if (now < next_load_mark) return;
  next_load_mark = now + kLoadWindow;
  const bool first = load_marked.empty();
  load_marked.resize(workers.size());
  if (!first) load_recent.resize(workers.size());
  for (std::size_t i = 0; i < workers.size(); ++i) {
    const WorkerCounters& counted = workers[i]->counters();
    const WorkerLoad total{counted.busy_ns.sample(), counted.idle_ns.sample(),
                           counted.asleep_ns.sample()};
    const WorkerLoad before = std::exchange(load_marked[i], total);
    if (first) continue;
    load_recent[i] = {total.busy_ns - before.busy_ns, total.idle_ns - before.idle_ns,
                      total.asleep_ns - before.asleep_ns};
  }
}

/// A port that promised to know the owners is taken at its word by what came.
std::string DataPlane::State::judged(std::size_t link) const {
  LinkCounts all;
  for (const auto& worker : workers) {
    all.rx += worker->counters().rx[link].sample();
    all.handed_over += worker->counters().handed_over[link].sample();
  }
  const bool promised = steering[link].tier == SteeringTier::flow;
  if (!promised || all.rx < kJudgedFrames || all.handed_over * 100 <= all.rx) {
    return steering[link].why;
  }
  return "does not hold: " + std::to_string(all.handed_over) + " of " + std::to_string(all.rx) +
         " frames came to the wrong worker; " + steering[link].why;
}

PlaneReport DataPlane::report() const {
  const State& state = *state_;
  PlaneReport out;
  out.power = state.doze_plan ? name_of(state.doze_plan->by) : "poll";
  out.power_why = state.doze_plan ? state.doze_plan->why : "as configured";
  for (std::size_t i = 0; i < state.link_count(); ++i) {
    out.ports.push_back({state.port_name(i), state.devices[i].name, state.ports[i].socket(),
                         state.worker_count(), to_string(state.steering[i].tier), state.judged(i)});
  }
  for (std::uint8_t i = 0; i < state.worker_count(); ++i) out.workers.push_back(state.report_of(i));
  return out;
}

std::map<std::string, std::uint64_t> DataPlane::counters() const {
  std::map<std::string, std::uint64_t> out;
  const State& state = *state_;
  for (std::uint8_t i = 0; i < state.worker_count(); ++i) state.count_worker(i, out);
  out["sends_lost"] = state.sends_lost;
  out["gauge_neighbours"] = state.upkeep.size();
  out["gauge_held_sends"] = state.held.size();
  out["gauge_free_slots"] = state.table->free_slots();
  out["gauge_free_key_blocks"] = state.table->free_key_blocks();
  out["gauge_free_buffers"] = 0;
  for (const auto& [socket, pool] : state.pools) {
    out["gauge_free_buffers"] += rte_mempool_avail_count(pool.get());
  }
  return out;
}

void DataPlane::State::count_worker(std::uint8_t worker,
                                    std::map<std::string, std::uint64_t>& out) const {
  const WorkerCounters& counted = workers[worker]->counters();
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    const bool gauge = static_cast<Verdict>(i) == Verdict::held;
    out[(gauge ? "gauge_" : "") + std::string(kVerdictNames[i])] += counted.verdicts[i].sample();
  }
  for (std::size_t i = 0; i < link_count(); ++i) {
    out["rx_" + port_name(i)] += counted.rx[i].sample();
    out["tx_" + port_name(i)] += counted.tx[i].sample();
  }
  out["over_committed_up"] += counted.over_committed_up.sample();
  out["over_committed_down"] += counted.over_committed_down.sample();
  out["taken_over"] += counted.taken_over.sample();
  out["notices"] += counted.notices.sample();
  out["notices_lost"] += counted.notices_lost.sample();
  out["injected"] += counted.injected.sample();
  out["injected_lost"] += counted.injected_lost.sample();
  const std::string name = "worker" + std::to_string(worker) + "_";
  out[name + "busy_cycles"] = cycles_of(counted.busy_ns);
  out[name + "idle_cycles"] = cycles_of(counted.idle_ns);
  out[name + "asleep_cycles"] = cycles_of(counted.asleep_ns);
}

}  // namespace jvpn
