// SPDX-License-Identifier: Apache-2.0
// The CPU's own way to wait for memory to change. DPDK calls its interface experimental, and marks
// that by an attribute of deprecation.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#include <rte_cpuflags.h>
#include <rte_ethdev.h>
#include <rte_power_intrinsics.h>

#include <array>

#include "dataplane/clock.h"
#include "dataplane/doze.h"
#include "dataplane/doze_monitor.h"
#include "dataplane/worker_counters.h"

namespace jvpn {

bool cpu_monitors_queues() {
  rte_cpu_intrinsics cpu{};
  rte_cpu_get_intrinsics_support(&cpu);
  return cpu.power_monitor_multi != 0;
}

bool can_be_monitored(std::uint16_t device, std::uint16_t queue) {
  rte_power_monitor_cond condition{};
  return rte_eth_get_monitor_addr(device, queue, &condition) == 0;
}

/// False: it cannot be done now.
bool Doze::monitor(Duration longest) {
  std::array<rte_power_monitor_cond, kMaxLinks> conditions;
  std::uint32_t count = 0;
  for (const WakingQueue& queue : queues_) {
    if (rte_eth_get_monitor_addr(queue.device, queue.queue, &conditions[count++]) != 0)
      return false;
  }
  return rte_power_monitor_multi(conditions.data(), count, tsc_after(longest)) == 0;
}

}  // namespace jvpn
