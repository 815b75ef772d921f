// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/node.h"

namespace jvpn {

/// Would acting on it be a decision about a session?
bool concerns_sessions(const Settled& settled);

/// Hands the store's final answer to whom it is for. A session may be gone afterwards.
void on_settled(const Step& step, const Settled& settled);

}  // namespace jvpn
