// SPDX-License-Identifier: Apache-2.0
// A node that starts over a store that survived: it takes its own sessions back, a bounded number
// at a time, and puts its tombstones up again.
#pragma once

#include "control/node.h"

namespace jvpn {

/// Our life has begun.
void begin_load(const Step& step);
void on_sessions_read(const Step& step, const Settled& settled);
void continue_load(const Step& step);
/// An adoption has been settled: room for the next.
void load_more(const Step& step);

}  // namespace jvpn
