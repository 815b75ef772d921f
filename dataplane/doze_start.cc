// SPDX-License-Identifier: Apache-2.0
// Before a worker's first sleep: what wakes it.
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "dataplane/doze.h"
#include "dataplane/doze_monitor.h"

namespace jvpn {
namespace {

/// Why one queue cannot wake a sleeper; empty: it can. What cannot be armed is not asked for its
/// file: DPDK complains loudly about the question.
std::string no_interrupt(const ProbedPort& port, std::uint16_t queue) {
  const int enabled = rte_eth_dev_rx_intr_enable(port.id, queue);
  if (enabled == 0) rte_eth_dev_rx_intr_disable(port.id, queue);
  if (enabled != 0 && !(enabled == -ENOTSUP && port.always_armed)) return rte_strerror(-enabled);
  return rte_eth_dev_rx_intr_ctl_q_get_fd(port.id, queue) < 0 ? "its queues have no file" : "";
}

PortDoze probe(const ProbedPort& port, std::uint16_t queues) {
  PortDoze out{port.device, "", true};
  for (std::uint16_t queue = 0; queue < queues; ++queue) {
    if (out.no_interrupts.empty()) out.no_interrupts = no_interrupt(port, queue);
    out.monitors = out.monitors && can_be_monitored(port.id, queue);
  }
  return out;
}

}  // namespace

DozePlan choose_doze(std::span<const PortDoze> ports, bool cpu_monitors) {
  const auto deaf =
      std::ranges::find_if(ports, [](const PortDoze& port) { return !port.no_interrupts.empty(); });
  if (deaf == ports.end()) return {DozeBy::interrupt, "every port has rx interrupts"};
  const std::string why = deaf->device + " has no rx interrupts: " + deaf->no_interrupts;
  if (!cpu_monitors) return {DozeBy::nap, why + "; this CPU cannot watch several queues"};
  const auto unseen =
      std::ranges::find_if(ports, [](const PortDoze& port) { return !port.monitors; });
  if (unseen == ports.end()) return {DozeBy::monitor, why};
  return {DozeBy::nap, why + "; the CPU cannot watch " + unseen->device};
}

DozePlan probe_doze(std::span<const ProbedPort> ports, std::uint16_t queues) {
  std::vector<PortDoze> probed;
  for (const ProbedPort& port : ports) probed.push_back(probe(port, queues));
  return choose_doze(probed, cpu_monitors_queues());
}

Doze::Doze(Bell& bell, DozeBy by, std::vector<WakingQueue> queues)
    : bell_(bell), by_(by), queues_(std::move(queues)) {}

Doze::~Doze() {
  if (epoll_ >= 0) close(epoll_);
}

Result<std::unique_ptr<Doze>> Doze::create(Bell& bell, DozeBy by, std::vector<WakingQueue> queues) {
  std::unique_ptr<Doze> doze(new Doze(bell, by, std::move(queues)));
  if (by != DozeBy::interrupt) return doze;
  if (auto watched = doze->watch_queues(); !watched) return fail(watched.error().what);
  return doze;
}

Result<void> Doze::watch_queues() {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) return fail(std::string("no epoll for a worker: ") + std::strerror(errno));
  for (const WakingQueue& queue : queues_) {
    const int fd = rte_eth_dev_rx_intr_ctl_q_get_fd(queue.device, queue.queue);
    epoll_event edge{};
    edge.events = EPOLLIN | EPOLLET;
    edge.data.fd = fd;
    if (fd < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &edge) != 0) {
      return fail("rx interrupt of queue " + std::to_string(queue.queue) + ": " +
                  std::strerror(errno));
    }
  }
  return {};
}

}  // namespace jvpn
