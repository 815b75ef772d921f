// SPDX-License-Identifier: Apache-2.0
#include "session/core/client_policy.h"

#include <charconv>

namespace jvpn {
namespace {

std::optional<std::uint16_t> parse_number(std::string_view text) {
  std::uint16_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<PolicyVersion> parse_policy_version(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == text.npos) return std::nullopt;
  const auto major = parse_number(text.substr(0, dot));
  const auto minor = parse_number(text.substr(dot + 1));
  if (!major || !minor) return std::nullopt;
  return PolicyVersion{*major, *minor};
}

std::string to_string(PolicyVersion version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

ClientPolicy client_part(const Policy& policy) {
  return {policy.volatility,
          policy.switching,
          policy.transport,
          policy.session.max_lifetime,
          policy.session.transport_lost_ttl,
          policy.security.replay_window_packets,
          policy.security.rekey_after,
          policy.security.rekey_after_blocks};
}

bool is_valid(const ClientPolicy& client) {
  Policy policy;
  policy.volatility = client.volatility;
  policy.switching = client.switching;
  policy.transport = client.transport;
  policy.session.max_lifetime = client.max_lifetime;
  policy.session.transport_lost_ttl = client.transport_lost_ttl;
  policy.security.replay_window_packets = client.replay_window_packets;
  policy.security.rekey_after = client.rekey_after;
  policy.security.rekey_after_blocks = client.rekey_after_blocks;
  return validate(policy).has_value();
}

}  // namespace jvpn
