// SPDX-License-Identifier: Apache-2.0
// Workers on their cores: the one place of the data plane that starts threads' work (EAL has made
// the threads).
#pragma once

#include "base/result.h"
#include "dataplane/worker.h"

namespace jvpn {

/// A worker on its way to a core and back; must outlive join_lcore(). The flags say again, in
/// atomics that ThreadSanitizer can see, what EAL's own hand-over says inside its library.
struct Launch {
  Worker* worker = nullptr;
  const std::atomic<bool>* stop = nullptr;
  std::atomic<bool> begun{false};  ///< control, release: all that was made before
  std::atomic<bool> ended{false};  ///< worker, release: all that it wrote
};
Result<void> launch_on_lcore(unsigned lcore, Launch& launch);
/// Waits for the worker's last turn.
void join_lcore(unsigned lcore, const Launch& launch);

}  // namespace jvpn
