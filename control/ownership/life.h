// SPDX-License-Identifier: Apache-2.0
// A node's life: it begins when the store has the node's record with our incarnation in it, and
// ends when that record is another one. In between every transaction compares it.
#pragma once

#include "control/node.h"

namespace jvpn {

/// Reads what the store has of our node.
void begin_life(const Step& step);
void on_life_read(const Step& step, const Settled& settled);
void on_life_claimed(const Step& step, const Settled& settled);

}  // namespace jvpn
