// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sim/adversary/adversary.h"

namespace jvpn::sim {

/// I23: in a healed world a flood aimed at one device's session costs no other device anything:
/// each stays ATTACHED to the session that it had.
/// Says whether the run was in a position to ask.
bool demand_fairness(Simulation& sim, Adversary& adversary);

}  // namespace jvpn::sim
