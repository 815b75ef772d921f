// SPDX-License-Identifier: Apache-2.0
// The gateway's API as jvpnctl calls it: HTTP with JSON over a unix socket.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"

namespace jvpn {

class ApiClient {
 public:
  explicit ApiClient(std::string socket_path) : socket_path_(std::move(socket_path)) {}

  /// Errors: no gateway there, no permission, the gateway's own refusal in its words.
  Result<nlohmann::json> get(const std::string& resource) const;
  Result<nlohmann::json> post(const std::string& resource) const;

 private:
  enum class Method : std::uint8_t { get, post };
  Result<nlohmann::json> call(Method method, const std::string& resource) const;

  std::string socket_path_;
};

}  // namespace jvpn
