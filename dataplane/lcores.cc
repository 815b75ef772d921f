// SPDX-License-Identifier: Apache-2.0
#include "dataplane/lcores.h"

#include <rte_launch.h>
#include <sys/prctl.h>

#include "base/ensure.h"

namespace jvpn {
namespace {

int run(void* argument) {
  Launch& launch = *static_cast<Launch*>(argument);
  prctl(PR_SET_TIMERSLACK, 1000UL);  // ns: an idle sleep of 30 us shall not become 80
  if (launch.begun.load(std::memory_order_acquire)) launch.worker->run(*launch.stop);
  launch.ended.store(true, std::memory_order_release);  // partner: join_lcore()
  return 0;
}

}  // namespace

Result<void> launch_on_lcore(unsigned lcore, Launch& launch) {
  launch.begun.store(true, std::memory_order_release);  // partner: run()
  const int error = rte_eal_remote_launch(run, &launch, lcore);
  if (error == 0) return {};
  launch.begun.store(false, std::memory_order_relaxed);  // nobody runs
  return fail("worker core is busy: DPDK lcore " + std::to_string(lcore));
}

void join_lcore(unsigned lcore, const Launch& launch) {
  rte_eal_wait_lcore(lcore);
  const bool ran = launch.begun.load(std::memory_order_relaxed);  // control's own store
  ensure(!ran || launch.ended.load(std::memory_order_acquire), "EAL waited for the worker");
}

}  // namespace jvpn
