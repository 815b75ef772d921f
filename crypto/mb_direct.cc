// SPDX-License-Identifier: Apache-2.0
#include "crypto/mb_direct.h"

#include "crypto/mb_manager.h"

namespace jvpn {
namespace {

/// Lives as long as the process: threads may seal until its end.
IMB_MGR* start() {
  Result<StartedMbManager> started = start_mb_manager(ArchTier::automatic);
  return started ? started->manager.release() : nullptr;
}

}  // namespace

IMB_MGR* const mb_direct = start();

}  // namespace jvpn
