// SPDX-License-Identifier: Apache-2.0
// What a client must know of the policy in force. Travels in the handshake's ACK and in
// POLICY_UPDATE (layout: client_policy_layout.h).
#pragma once

#include <optional>
#include <string>

#include "session/core/policy.h"

namespace jvpn {

/// "X.Y", compared as numbers.
struct PolicyVersion {
  std::uint16_t major = 0;
  std::uint16_t minor = 0;
  auto operator<=>(const PolicyVersion&) const = default;
};
/// Nothing for any text but "X.Y" with two numbers below 65 536.
std::optional<PolicyVersion> parse_policy_version(std::string_view text);
std::string to_string(PolicyVersion version);

struct ClientPolicy {
  VolatilityPolicy volatility;
  SwitchingPolicy switching;
  TransportPolicy transport;
  Duration max_lifetime{};
  Duration transport_lost_ttl{};
  std::uint32_t replay_window_packets = kMaxReplayWindow;
  Duration rekey_after{};
  std::uint64_t rekey_after_blocks = 0;
  bool operator==(const ClientPolicy&) const = default;
};
/// The client's part of a whole policy.
ClientPolicy client_part(const Policy& policy);
/// A client must not run on values that no gateway could have configured (validate()).
bool is_valid(const ClientPolicy& policy);

}  // namespace jvpn
