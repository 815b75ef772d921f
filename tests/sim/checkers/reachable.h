// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/sim/checkers/coverage.h"

namespace jvpn::sim {

/// Cells of the matrix (side, state, event, fault at work) that the transition table has, that no
/// exception names (reachable.cc, each with its reason), and that were never seen.
std::vector<std::string> empty_cells(const Coverage& coverage);

/// The exceptions, one a line.
std::string exceptions();

}  // namespace jvpn::sim
