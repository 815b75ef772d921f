// SPDX-License-Identifier: Apache-2.0
// The node's lease on serving: our renewal record changes about every second, and the deadline up
// to which we may act is the time at which the last successful renewal was sent, plus the TTL.
// Others who have seen the record stand still for longer than that may fence us.
#pragma once

#include "control/node.h"

namespace jvpn {

/// A life has begun. Without a lease it serves for ever.
void begin_lease(const Step& step);
/// Renews, if it is time to.
void renew_lease(const Step& step);
void on_renewed(const Step& step, const Settled& settled);

/// May the node decide, publish or answer now? Checked before each step.
bool is_serving(const Step& step);

}  // namespace jvpn
