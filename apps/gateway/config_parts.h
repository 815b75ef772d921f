// SPDX-License-Identifier: Apache-2.0
// The parts of the gateway's configuration, one reader each. They fill in and refuse (ConfigTable);
// load_gateway_config() asks for the verdict at the end.
#pragma once

#include "apps/common/config_file.h"
#include "apps/common/config_table.h"
#include "apps/gateway/config.h"

namespace jvpn {

/// [[underlay]], [plaintext] and [pool].
void read_ports(ConfigTable root, PlaneConfig& plane);
/// [[peer]]; pools and our own key, which peers are checked against, were read before.
void read_peers(const ConfigFile& file, ConfigTable root, GatewayConfig& config);
/// [policy.*], ranges and relations included.
void read_policy(ConfigFile& file, ConfigTable root, Policy& policy);

}  // namespace jvpn
