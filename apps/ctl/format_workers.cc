// SPDX-License-Identifier: Apache-2.0
#include "apps/ctl/format_workers.h"

#include <fmt/format.h>

#include "apps/ctl/format.h"

namespace jvpn {

using nlohmann::json;

namespace {

std::string plain(const json& value) {
  return value.is_null() ? "-" : value.is_string() ? value.get<std::string>() : value.dump();
}

std::string percent(const json& share) {
  return share.is_null() ? "-" : fmt::format("{:.1f} %", 100 * share.get<double>());
}

std::string sum_of(const json& ports, const char* what) {
  std::uint64_t sum = 0;
  for (const json& port : ports) sum += port.at(what).get<std::uint64_t>();
  return std::to_string(sum);
}

std::vector<std::string> worker_row(const json& worker) {
  const json& ports = worker.at("ports");
  return {plain(worker.at("worker")),
          plain(worker.at("core")),
          plain(worker.at("numa")),
          plain(worker.at("sessions")),
          percent(worker.at("busy_share")),
          percent(worker.at("asleep_share")),
          sum_of(ports, "rx"),
          sum_of(ports, "tx"),
          plain(worker.at("handed_over")),
          plain(worker.at("taken_over")),
          plain(worker.at("handover_full"))};
}

std::vector<std::string> port_row(const json& port) {
  return {plain(port.at("port")),   plain(port.at("device")), plain(port.at("numa")),
          plain(port.at("queues")), plain(port.at("tier")),   percent(port.at("right_worker")),
          plain(port.at("why"))};
}

}  // namespace

std::string format_workers(const json& report) {
  std::vector<std::vector<std::string>> workers{{"WORKER", "CORE", "NUMA", "SESSIONS", "BUSY",
                                                 "ASLEEP", "RX", "TX", "GIVEN", "TAKEN", "LOST"}};
  for (const json& worker : report.at("workers")) workers.push_back(worker_row(worker));
  std::vector<std::vector<std::string>> ports{
      {"PORT", "DEVICE", "NUMA", "QUEUES", "TIER", "RIGHT WORKER", "WHY"}};
  for (const json& port : report.at("ports")) ports.push_back(port_row(port));
  return fmt::format("{}\n{}\nidle workers: {} ({})\n", format_table(workers), format_table(ports),
                     plain(report.at("power")), plain(report.at("power_why")));
}

}  // namespace jvpn
