// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/turn.h"

namespace jvpn {

/// Cells that one turn sends at most. A turn takes a burst of data: a batch of control's costs each
/// of these bursts some microseconds, instead of one of them all it takes.
inline constexpr std::size_t kInjectedPerTurn = 4;

/// Sends what control put into the inject ring: datagrams get their outer headers here. Returns how
/// many cells were taken. Generated frames are counted apart from received ones.
std::size_t send_injected(Turn& turn);

}  // namespace jvpn
