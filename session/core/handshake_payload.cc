// SPDX-License-Identifier: Apache-2.0
// What travels inside the two Noise messages (layouts: handshake.h).
#include <algorithm>
#include <cmath>

#include "base/ensure.h"
#include "session/core/handshake.h"
#include "session/core/wire_fields.h"

namespace jvpn {
namespace {

constexpr std::size_t kMaxSuites = 8;
using SuiteList = Bytes<kMaxSuites>;

bool is_known(Suite suite) {
  return suite == Suite::aes_256_gcm || suite == Suite::chacha20_poly1305;
}

/// The suites that we know, in the order offered; those of a newer client are passed over. Nothing
/// for a list that is empty, names one twice or has anything behind its end.
std::optional<std::vector<Suite>> known_suites(const SuiteList& list, std::uint8_t count) {
  if (count == 0 || count > kMaxSuites) return std::nullopt;
  std::vector<Suite> known;
  for (std::size_t i = 0; i < kMaxSuites; ++i) {
    const bool used = i < count;
    if (used != (list[i] != 0)) return std::nullopt;
    const auto earlier = list.begin() + i;
    if (used && std::find(list.begin(), earlier, list[i]) != earlier) return std::nullopt;
    if (is_known(Suite{list[i]})) known.push_back(Suite{list[i]});
  }
  if (known.empty()) return std::nullopt;
  return known;
}

/// Policy as it travels: times in milliseconds, ratios in parts per million.
class PolicyWriter {
 public:
  explicit PolicyWriter(FieldWriter& field) : field_(field) {}
  void time(Duration value) {
    field_(static_cast<std::uint32_t>(std::clamp<std::int64_t>(to_ms(value), 0, UINT32_MAX)));
  }
  void ratio(double value) {
    field_(static_cast<std::uint32_t>(std::lround(std::clamp(value, 0.0, 4000.0) * 1e6)));
  }
  void count(std::uint32_t value) { field_(value); }
  void choice(OnRecoveryTimeout value) { field_(static_cast<std::uint8_t>(value)); }

 private:
  FieldWriter& field_;
};

class PolicyReader {
 public:
  explicit PolicyReader(FieldReader& field) : field_(field) {}
  void time(Duration& value) { value = std::chrono::milliseconds(number()); }
  void ratio(double& value) { value = number() / 1e6; }
  void count(std::uint32_t& value) { value = number(); }
  void choice(OnRecoveryTimeout& value) {
    std::uint8_t wire = 0;
    field_(wire);
    value = static_cast<OnRecoveryTimeout>(wire);
  }

 private:
  std::uint32_t number() {
    std::uint32_t wire = 0;
    field_(wire);
    return wire;
  }
  FieldReader& field_;
};

/// Order on the wire, for writing and reading.
void visit_policy(auto& policy, auto&& as) {
  auto& v = policy.volatility;
  as.time(v.heartbeat_interval);
  as.time(v.heartbeat_volatile);
  as.time(v.transport_dead);
  as.time(v.loss_window);
  as.ratio(v.loss_volatile_threshold);
  as.count(v.max_consecutive_drops);
  as.time(v.latency_volatile_threshold);
  as.time(v.stability_window);
  as.time(v.volatile_to_degraded);
  auto& s = policy.switching;
  as.count(s.max_switches_per_min);
  as.count(s.max_nat_rebinds_per_min);
  as.time(s.switch_cooldown);
  as.time(s.recovery_window);
  as.ratio(s.switch_improvement_factor);
  as.choice(s.on_recovery_timeout);
  as.time(s.drain);
  as.time(policy.max_lifetime);
  as.time(policy.transport_lost_ttl);
  as.count(policy.replay_window_packets);
}

/// A client must not run on values that no gateway could have configured.
bool is_valid(const ClientPolicy& client) {
  Policy policy;
  policy.volatility = client.volatility;
  policy.switching = client.switching;
  policy.session.max_lifetime = client.max_lifetime;
  policy.session.transport_lost_ttl = client.transport_lost_ttl;
  policy.security.replay_window_packets = client.replay_window_packets;
  return validate(policy).has_value();
}

bool is_valid(const AckPayload& ack) {
  return ack.version == kProtocolVersion && is_known(ack.suite) && !ack.session.is_zero() &&
         (ack.inner_v4.is_unset() || ack.inner_v4.is_v4()) && !ack.inner_v6.is_v4() &&
         ack.tunnel_mtu >= kMinTunnelMtu && ack.tunnel_mtu <= kMaxTunnelMtu && is_valid(ack.policy);
}

}  // namespace

std::uint32_t psk_id_of(const Key32& psk) {
  if (psk.is_zero()) return 0;
  const Key32 derived = derive(psk.view(), "jvpn1 psk id");
  const std::uint32_t id = load<BigEndian<std::uint32_t>>(derived.view().data());
  return std::max(id, 1u);
}

bool write_init_payload(const InitPayload& payload, std::span<std::uint8_t, kInitPayloadSize> out) {
  if (payload.suites.empty() || payload.suites.size() > kMaxSuites) return false;
  SuiteList list{};
  std::transform(payload.suites.begin(), payload.suites.end(), list.begin(),
                 [](Suite suite) { return static_cast<std::uint8_t>(suite); });
  FieldWriter field(out);
  field(payload.version, static_cast<std::uint8_t>(payload.suites.size()), list, payload.client_tag,
        payload.psk_id, payload.current_session);
  field.cursor().pad_to(kInitPayloadSize);
  return field.cursor().ok();
}

std::optional<InitPayload> read_init_payload(ByteView plain) {
  if (plain.size() != kInitPayloadSize) return std::nullopt;
  InitPayload payload;
  std::uint8_t count = 0;
  SuiteList list{};
  FieldReader field(plain);
  field(payload.version, count, list, payload.client_tag, payload.psk_id, payload.current_session);
  if (!field.cursor().only_padding_left()) return std::nullopt;
  if (payload.version != kProtocolVersion) return std::nullopt;
  auto suites = known_suites(list, count);
  if (!suites) return std::nullopt;
  payload.suites = std::move(*suites);
  return payload;
}

std::vector<std::uint8_t> write_ack_payload(const AckPayload& payload) {
  std::vector<std::uint8_t> out(kMaxControlSize);
  FieldWriter field(out);
  field(payload.version, static_cast<std::uint8_t>(payload.suite), payload.session,
        payload.live_session, payload.inner_v4, payload.inner_v6, payload.tunnel_mtu);
  visit_policy(payload.policy, PolicyWriter(field));
  ensure(field.cursor().ok(), "the ACK payload fits into a control datagram");
  out.resize(field.cursor().size());
  return out;
}

std::optional<AckPayload> read_ack_payload(ByteView plain) {
  AckPayload payload;
  std::uint8_t suite = 0;
  FieldReader field(plain);
  field(payload.version, suite, payload.session, payload.live_session, payload.inner_v4,
        payload.inner_v6, payload.tunnel_mtu);
  visit_policy(payload.policy, PolicyReader(field));
  payload.suite = static_cast<Suite>(suite);
  if (!field.cursor().finished() || !is_valid(payload)) return std::nullopt;
  return payload;
}

}  // namespace jvpn
