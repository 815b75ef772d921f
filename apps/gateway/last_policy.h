// SPDX-License-Identifier: Apache-2.0
// The last good policy, kept in a file: a gateway that starts over a configuration whose policy is
// bad goes on with it, lets no session be born, and says so, as it would have done had it not been
// restarted.
#pragma once

#include "apps/gateway/config.h"

namespace jvpn {

/// Replaces the file (0600) as a whole. Errors, naming the path: it cannot be written.
Result<void> keep_policy(const std::string& path, const Policy& policy);

/// Errors: no such file, or it holds no good policy.
Result<Policy> kept_policy(const std::string& path);

/// The configuration to start with. Where nothing but its policy is bad and a good one was kept,
/// with that one; `refused_policy` says what is wrong with its own. Errors: as
/// load_gateway_config().
Result<GatewayConfig> load_config_to_start(const std::string& path);

}  // namespace jvpn
