// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/node.h"

namespace jvpn {

/// An authentic control message of a session: parsed, its number checked, handed to whom it is for.
void on_control_message(const Step& step, Session& session, ByteView plain, const Arrival& from);

}  // namespace jvpn
