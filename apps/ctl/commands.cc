// SPDX-License-Identifier: Apache-2.0
#include "apps/ctl/commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/ctl/format.h"
#include "apps/ctl/format_workers.h"

namespace jvpn {

using nlohmann::json;

namespace {

using Format = std::string (*)(const json&);

Result<std::string> print(const Result<json>& answer, const CtlOptions& options, Format format) {
  if (!answer) return tl::unexpected(answer.error());
  return options.json ? answer->dump(2) + "\n" : format(*answer);
}

Result<json> find_session(const ApiClient& api, const std::string& prefix) {
  const Result<json> sessions = api.get("/v1/sessions");
  if (!sessions) return sessions;
  return pick_session(*sessions, prefix);
}

std::string say_terminated(const json& answer) {
  return fmt::format("session {} is terminated\n", answer.at("session_id").get<std::string>());
}

std::string say_rekeying(const json& answer) {
  return fmt::format("session {} gets fresh keys\n", answer.at("session_id").get<std::string>());
}

/// One line a key, named as in the configuration.
std::string format_policy(const json& policy) {
  std::string text;
  const json flat = policy.flatten();
  for (const auto& [path, value] : flat.items()) {
    std::string key = path.substr(1);
    std::replace(key.begin(), key.end(), '/', '.');
    text += fmt::format("policy.{} = {}\n", key, value.dump());
  }
  return text;
}

}  // namespace

Result<json> pick_session(const json& sessions, const std::string& prefix) {
  const json* found = nullptr;
  for (const json& session : sessions) {
    if (!session.at("session_id").get<std::string>().starts_with(prefix)) continue;
    if (found != nullptr) return fail(fmt::format("several sessions begin with {}", prefix));
    found = &session;
  }
  if (found == nullptr) return fail(fmt::format("no session begins with {}", prefix));
  return *found;
}

Result<std::string> list_sessions(const ApiClient& api, const CtlOptions& options) {
  return print(api.get("/v1/sessions"), options, format_sessions);
}

Result<std::string> show_session(const ApiClient& api, const std::string& prefix,
                                 const CtlOptions& options) {
  return print(find_session(api, prefix), options, format_fields);
}

Result<std::string> terminate_session(const ApiClient& api, const std::string& prefix,
                                      const CtlOptions& options) {
  const Result<json> session = find_session(api, prefix);
  if (!session) return tl::unexpected(session.error());
  const std::string id = session->at("session_id");
  return print(api.post("/v1/sessions/" + id + "/terminate"), options, say_terminated);
}

Result<std::string> rekey_session(const ApiClient& api, const std::string& prefix,
                                  const CtlOptions& options) {
  const Result<json> session = find_session(api, prefix);
  if (!session) return tl::unexpected(session.error());
  const std::string id = session->at("session_id");
  return print(api.post("/v1/sessions/" + id + "/rekey"), options, say_rekeying);
}

Result<std::string> show_policy(const ApiClient& api, const CtlOptions& options) {
  return print(api.get("/v1/policy"), options, format_policy);
}

Result<std::string> show_counters(const ApiClient& api, const CtlOptions& options) {
  return print(api.get("/v1/counters"), options, format_counters);
}

Result<std::string> show_workers(const ApiClient& api, const CtlOptions& options) {
  return print(api.get("/v1/workers"), options, format_workers);
}

Result<std::string> show_gateway(const ApiClient& api, const CtlOptions& options) {
  return print(api.get("/v1/gateway"), options, format_fields);
}

}  // namespace jvpn
