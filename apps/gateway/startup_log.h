// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "apps/gateway/config.h"

namespace jvpn {

/// Tells the operator what is about to run: ports, memory, cores, peers, files, and the data
/// plane's warnings.
void log_startup(const GatewayConfig& config, const DataPlane& plane);

}  // namespace jvpn
