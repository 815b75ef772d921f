// SPDX-License-Identifier: Apache-2.0
// What the gateway needs of the machine, named before anything is started.
#pragma once

#include "base/result.h"
#include "dataplane/plane.h"

namespace jvpn {

/// Errors: a capability that a configured device needs and this process lacks.
Result<void> check_privileges(const PlaneConfig& config);

}  // namespace jvpn
