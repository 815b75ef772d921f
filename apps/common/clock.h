// SPDX-License-Identifier: Apache-2.0
// The clocks of the programs: everything below apps/ is handed the time.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace jvpn {

/// CLOCK_BOOTTIME: monotonic, counts suspend.
Instant boot_now();
/// Milliseconds since 1970, for stamps in logs only: it may jump.
std::int64_t wall_ms();

}  // namespace jvpn
