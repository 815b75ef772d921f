// SPDX-License-Identifier: Apache-2.0
// One read with each renewal: the records of watched nodes, the sessions that we wait for, and the
// wishes for sessions of ours.
#pragma once

#include "control/node.h"

namespace jvpn {

void poll(const Step& step);
void on_polled(const Step& step, const Settled& settled);

}  // namespace jvpn
