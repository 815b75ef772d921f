// SPDX-License-Identifier: Apache-2.0
// Letting a session go to a node that wishes for it. The session stops here first; after a grace
// period in which the last burst that was checked has left, one transaction names the new owner and
// takes the wish away. Refused only with evidence from the bound path that is newer than the wish.
#pragma once

#include "control/node.h"

namespace jvpn {

/// The wishes that a poll has found.
void weigh_wishes(const Step& step, const Settled& polled);
/// The grace period is over.
void finish_hand_over(const Step& step, Session& session);
void on_handed_over(const Step& step, const Settled& settled);

/// No births any more; clients are asked to go to these endpoints; wishes are granted.
void begin_drain(const Step& step, const MigrateTargets& where);
void remind_of_drain(const Step& step);

}  // namespace jvpn
