// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/core.h"

namespace jvpn {

/// A configuration with what a node by itself draws at each start: its incarnation, and the
/// cluster's keys where none are configured.
ControlConfig with_secrets(ControlConfig config, RandomSource& random);

}  // namespace jvpn
