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
/// [[peer]]; `plane` tells the pools that their addresses must lie in.
void read_peers(const ConfigFile& file, ConfigTable root, const PlaneConfig& plane,
                std::vector<PeerConfig>& peers);
/// [policy.*], ranges and relations included.
void read_policy(ConfigFile& file, ConfigTable root, Policy& policy);

}  // namespace jvpn
