// SPDX-License-Identifier: Apache-2.0
#include "apps/ctl/api_client.h"

#include <fmt/format.h>
#include <httplib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace jvpn {

using nlohmann::json;

namespace {

constexpr int kPort = 80;  // a unix socket has none; the library wants one

/// Why nobody answered, in words of what to do.
std::string no_answer(const std::string& socket_path) {
  if (access(socket_path.c_str(), F_OK) != 0 && errno == ENOENT) {
    return fmt::format("{}: no such socket; is jvpn-gateway running? (--socket names another)",
                       socket_path);
  }
  if (access(socket_path.c_str(), R_OK | W_OK) != 0) {
    return fmt::format("{}: {}; only the gateway's own user may ask it", socket_path,
                       std::strerror(errno));
  }
  return fmt::format("{}: no answer; jvpn-gateway is not running there", socket_path);
}

}  // namespace

Result<json> ApiClient::get(const std::string& resource) const {
  return call(Method::get, resource);
}

Result<json> ApiClient::post(const std::string& resource) const {
  return call(Method::post, resource);
}

Result<json> ApiClient::call(Method method, const std::string& resource) const {
  httplib::Client client(socket_path_, kPort);
  client.set_address_family(AF_UNIX);
  const httplib::Result reply =
      method == Method::get ? client.Get(resource) : client.Post(resource, "", "application/json");
  if (!reply) return fail(no_answer(socket_path_));
  json body = json::parse(reply->body, nullptr, false);
  if (body.is_discarded()) return fail(fmt::format("{}: answered no JSON", socket_path_));
  if (reply->status != 200) {
    return fail(body.is_object() ? body.value("error", "refused") : "refused");
  }
  return body;
}

}  // namespace jvpn
