// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "client/settings.h"

namespace jvpn::client {

/// What `jvpn up FILE` reads, checked as far as it can be without touching the system.
struct ClientConfig {
  Settings settings;
  std::string tunnel_interface;
  std::string tunnel_origin;  ///< "FILE:LINE: KEY", for what fails only when it is used
  std::vector<IpPrefix> routes;
  std::vector<std::string> access;  ///< interfaces; position = path id
  bool use_dns = true;              ///< ask the servers that the gateway names
  bool kill_switch = false;
  std::string kill_switch_origin;
  std::string events_file;  ///< empty: none
  std::string events_origin;
};

/// Errors: file, line, column, key, value, and what was expected.
Result<ClientConfig> read_config(const std::string& path);

}  // namespace jvpn::client
