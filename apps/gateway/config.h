// SPDX-License-Identifier: Apache-2.0
// The gateway's configuration file (docs/examples/gateway.toml explains every key), read into what
// the data plane and the control core take. Paths in it are seen from the file's own folder.
#pragma once

#include <string>

#include "base/result.h"
#include "control/core.h"
#include "dataplane/plane.h"

namespace jvpn {

/// A path and where it was configured, for messages: "gateway.toml:4: gateway.audit_file".
struct ConfiguredPath {
  std::string path;  ///< empty: none
  std::string origin;
};

/// A word that errors of the data plane name, and where it was configured.
struct Origin {
  std::string text;
  std::string place;  ///< "gateway.toml:15: underlay.device"
};

struct GatewayConfig {
  std::string file;
  PlaneConfig plane;
  ControlConfig control;
  ConfiguredPath audit_file;
  ConfiguredPath control_socket;
  std::string last_policy_file;  ///< where the last good policy is kept over restarts
  std::string refused_policy;    ///< what is wrong with the file's own; empty: it is in force
  std::string flight_file;       ///< of the command line; empty: nothing is recorded
  std::vector<Origin> origins;   ///< names of devices, then keys of [dataplane]
};

/// Reads and checks everything that can be told without touching a device. Errors name file, line,
/// column, key, value and what was expected. `instead`: taken for the file's own policy, which is
/// then not looked at.
Result<GatewayConfig> load_gateway_config(const std::string& path, const Policy* instead = nullptr);

/// Puts in front of the data plane's error where the thing it names was configured.
std::string located(const GatewayConfig& config, const std::string& what);

}  // namespace jvpn
