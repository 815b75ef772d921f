// SPDX-License-Identifier: Apache-2.0
// What jvpnctl can do: each command asks the API and returns what to print.
#pragma once

#include <string>
#include <vector>

#include "apps/ctl/api_client.h"

namespace jvpn {

struct CtlOptions {
  bool json = false;  ///< the API's JSON instead of tables
};

Result<std::string> list_sessions(const ApiClient& api, const CtlOptions& options);
/// `prefix`: leading hex digits of a session id, as many as make it unique.
Result<std::string> show_session(const ApiClient& api, const std::string& prefix,
                                 const CtlOptions& options);
Result<std::string> terminate_session(const ApiClient& api, const std::string& prefix,
                                      const CtlOptions& options);
Result<std::string> rekey_session(const ApiClient& api, const std::string& prefix,
                                  const CtlOptions& options);
Result<std::string> show_policy(const ApiClient& api, const CtlOptions& options);
Result<std::string> show_counters(const ApiClient& api, const CtlOptions& options);
Result<std::string> show_workers(const ApiClient& api, const CtlOptions& options);
Result<std::string> show_gateway(const ApiClient& api, const CtlOptions& options);

/// The one session of a list whose id begins so. Errors: none, several.
Result<nlohmann::json> pick_session(const nlohmann::json& sessions, const std::string& prefix);

}  // namespace jvpn
