// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/api_json.h"

namespace jvpn {

using nlohmann::json;

namespace {

json numa_of(int socket) {
  return socket < 0 ? json() : json(socket);
}

json port_json(const PlaneReport& report, std::size_t at) {
  const PortReport& port = report.ports[at];
  LinkCounts all;
  for (const WorkerReport& worker : report.workers) {
    all.rx += worker.ports[at].rx;
    all.handed_over += worker.ports[at].handed_over;
  }
  json right;  // null: nothing came
  if (all.rx != 0) {
    right = 1 - static_cast<double>(all.handed_over) / static_cast<double>(all.rx);
  }
  return {{"port", port.name},
          {"device", port.device},
          {"numa", numa_of(port.socket)},
          {"queues", port.queues},
          {"tier", port.tier},
          {"why", port.why},
          {"rx", all.rx},
          {"handed_over", all.handed_over},
          {"right_worker", std::move(right)}};
}

json worker_json(const PlaneReport& report, std::size_t at) {
  const WorkerReport& worker = report.workers[at];
  json ports = json::array();
  for (std::size_t i = 0; i < worker.ports.size(); ++i) {
    const LinkCounts& counts = worker.ports[i];
    ports.push_back({{"port", report.ports[i].name},
                     {"rx", counts.rx},
                     {"tx", counts.tx},
                     {"handed_over", counts.handed_over}});
  }
  return {{"worker", at},
          {"core", worker.core},
          {"numa", numa_of(worker.socket)},
          {"sessions", worker.sessions},
          {"ports", std::move(ports)},
          {"handed_over", worker.handed_over},
          {"taken_over", worker.taken_over},
          {"handover_full", worker.handover_full},
          {"busy_cycles", worker.busy_cycles},
          {"idle_cycles", worker.idle_cycles},
          {"asleep_cycles", worker.asleep_cycles},
          {"busy_share", worker.busy_share},
          {"asleep_share", worker.asleep_share}};
}

}  // namespace

json to_json(const PlaneReport& report) {
  json ports = json::array();
  for (std::size_t i = 0; i < report.ports.size(); ++i) ports.push_back(port_json(report, i));
  json workers = json::array();
  for (std::size_t i = 0; i < report.workers.size(); ++i) {
    workers.push_back(worker_json(report, i));
  }
  return {{"power", report.power},
          {"power_why", report.power_why},
          {"ports", std::move(ports)},
          {"workers", std::move(workers)}};
}

}  // namespace jvpn
