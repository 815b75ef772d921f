// SPDX-License-Identifier: Apache-2.0
// Workers on their cores: the one place of the data plane that starts threads' work (EAL has made
// the threads).
#pragma once

#include "base/result.h"
#include "dataplane/worker.h"

namespace jvpn {

/// What a launched worker needs; must outlive join().
struct Launch {
  Worker* worker = nullptr;
  const std::atomic<bool>* stop = nullptr;
};
Result<void> launch_on_lcore(unsigned lcore, const Launch& launch);
void join_lcore(unsigned lcore);

}  // namespace jvpn
