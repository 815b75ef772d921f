// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/turn.h"

namespace jvpn {

/// Sends what control put into the inject ring: datagrams get their outer headers here. Returns how
/// many cells were taken. Generated frames are counted apart from received ones.
std::size_t send_injected(Turn& turn);

}  // namespace jvpn
