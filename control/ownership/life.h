// SPDX-License-Identifier: Apache-2.0
// A node's life: it begins when the store has the node's record with our incarnation in it, and
// ends when that record is another one. In between every transaction compares it.
//
// A second instance with the same node id is refused or fenced, never both: it takes the record
// over only after the renewals of the life before have been still for long enough on its own clock.
#pragma once

#include "control/node.h"

namespace jvpn {

/// Reads what the store has of our node.
void begin_life(const Step& step);
void on_life_read(const Step& step, const Settled& settled);
void on_life_claimed(const Step& step, const Settled& settled);

/// Somebody fenced us: no session is ours any more. Begins another life after a while.
void lose_life(const Step& step);

}  // namespace jvpn
