// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sim/campaign/simulation.h"

namespace jvpn::sim {

/// How long a healed world may take until everybody is ATTACHED: the longest wait that policy and
/// limits can impose one after the other.
Duration convergence_limit(const Policy& policy);

/// I20: in a healed world as many peers as there are slots become ATTACHED within
/// convergence_limit(), and then data flows both ways.
void demand_convergence(Simulation& sim);

/// I20: when the path in use dies, another one works and the policy grants a switch, the device is
/// ATTACHED again within detection + 3 RTT + 1 s. Says whether the run was in a position to ask.
bool demand_recovery(Simulation& sim, std::size_t device);

}  // namespace jvpn::sim
