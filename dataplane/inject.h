// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// Cells that one turn sends at most. A turn takes a burst of data: a batch of control's costs each
/// of these bursts some microseconds, instead of one of them all it takes.
inline constexpr std::size_t kInjectedPerTurn = 4;

/// What control wants sent in this turn.
struct Injected {
  std::size_t count = 0;
  std::array<InjectCell*, kInjectedPerTurn> cells;
  std::array<rte_mbuf*, kInjectedPerTurn> frames;  ///< for each cell one; null: there was none
};

/// Takes it from the inject ring when the turn begins: cells lie in control's cache, frames
/// wherever a device left them, and both come nearer while the turn works on data.
Injected take_injected(Turn& turn);
/// Sends it: datagrams get their outer headers here. Generated frames are counted apart from
/// received ones.
void send_injected(Turn& turn, const Injected& injected);

}  // namespace jvpn
