// SPDX-License-Identifier: Apache-2.0
// CLOCK_BOOTTIME with pauses. Whoever plays clients and the network shares two cores with the
// gateway that is measured; while they act, time stands still for it. The linker sends every
// reading of the clock in this program here (--wrap, see meson.build), so that gateway, worker and
// clients agree on what time it is.
#pragma once

#include "base/time.h"

namespace jvpn::bench {

/// From now on the clock is that much behind: it stood still for so long. One thread.
void leave_out(Duration pause);

}  // namespace jvpn::bench
