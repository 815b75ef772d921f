// SPDX-License-Identifier: Apache-2.0
#include "dataplane/lcores.h"

#include <rte_launch.h>
#include <sys/prctl.h>

namespace jvpn {
namespace {

int run(void* argument) {
  const Launch& launch = *static_cast<const Launch*>(argument);
  prctl(PR_SET_TIMERSLACK, 1000UL);  // ns: an idle sleep of 30 us shall not become 80
  launch.worker->run(*launch.stop);
  return 0;
}

}  // namespace

Result<void> launch_on_lcore(unsigned lcore, const Launch& launch) {
  const int error = rte_eal_remote_launch(run, const_cast<Launch*>(&launch), lcore);
  if (error != 0) return fail("worker core is busy: DPDK lcore " + std::to_string(lcore));
  return {};
}

void join_lcore(unsigned lcore) {
  rte_eal_wait_lcore(lcore);
}

}  // namespace jvpn
