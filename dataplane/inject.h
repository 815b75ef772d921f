// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/turn.h"

namespace jvpn {

/// Cells that one turn sends at most. A turn takes a burst of data: a batch of control's costs each
/// of these bursts some microseconds, instead of one of them all it takes.
inline constexpr std::size_t kInjectedPerTurn = 4;

/// What control wants sent in this turn.
struct Injected {
  std::size_t count = 0;
  std::array<InjectCell*, kInjectedPerTurn> cells;
};

/// Takes it from the inject ring when the turn begins: the cells lie in control's cache, and come
/// nearer while the turn works on data.
Injected take_injected(Turn& turn);
/// Sends it: datagrams get their outer headers here. Generated frames are counted apart from
/// received ones.
void send_injected(Turn& turn, const Injected& injected);

}  // namespace jvpn
