// SPDX-License-Identifier: Apache-2.0
// What travels inside the two Noise messages (layouts: handshake.h).
#include <algorithm>

#include "base/ensure.h"
#include "session/core/client_policy_layout.h"
#include "session/core/handshake.h"
#include "session/core/wire_fields.h"

namespace jvpn {
namespace {

constexpr std::size_t kMaxSuites = 8;
constexpr std::size_t kMaxVersions = 4;

/// A list as it travels: how many there are, then a fixed number of bytes.
template <std::size_t N>
struct List {
  std::uint8_t count = 0;
  Bytes<N> values{};
};

template <std::size_t N>
bool fill(List<N>& list, const auto& from) {
  if (from.empty() || from.size() > N) return false;
  list.count = static_cast<std::uint8_t>(from.size());
  std::ranges::transform(from, list.values.begin(),
                         [](auto value) { return static_cast<std::uint8_t>(value); });
  return true;
}

/// Not empty, nothing twice, nothing behind its end.
template <std::size_t N>
bool is_well_formed(const List<N>& list) {
  if (list.count == 0 || list.count > N) return false;
  for (std::size_t i = 0; i < N; ++i) {
    if ((i < list.count) != (list.values[i] != 0)) return false;
    const auto earlier = list.values.begin() + i;
    if (i < list.count && std::find(list.values.begin(), earlier, list.values[i]) != earlier) {
      return false;
    }
  }
  return true;
}

bool is_known(Suite suite) {
  return suite == Suite::aes_256_gcm || suite == Suite::chacha20_poly1305;
}

/// Those that we know, in the order offered.
std::vector<Suite> known_suites(const List<kMaxSuites>& list) {
  std::vector<Suite> known;
  for (std::size_t i = 0; i < list.count; ++i) {
    if (is_known(Suite{list.values[i]})) known.push_back(Suite{list.values[i]});
  }
  return known;
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
  List<kMaxVersions> versions;
  List<kMaxSuites> suites;
  if (!fill(versions, payload.versions) || !fill(suites, payload.suites)) return false;
  FieldWriter field(out);
  field(versions.count, versions.values, suites.count, suites.values, payload.capabilities,
        payload.client_tag, payload.psk_id, payload.current_session, payload.wanted_heartbeat);
  field.cursor().pad_to(kInitPayloadSize);
  return field.cursor().ok();
}

std::optional<InitPayload> read_init_payload(ByteView plain) {
  if (plain.size() != kInitPayloadSize) return std::nullopt;
  InitPayload payload;
  List<kMaxVersions> versions;
  List<kMaxSuites> suites;
  FieldReader field(plain);
  field(versions.count, versions.values, suites.count, suites.values, payload.capabilities,
        payload.client_tag, payload.psk_id, payload.current_session, payload.wanted_heartbeat);
  if (!field.cursor().only_padding_left()) return std::nullopt;
  if (!is_well_formed(versions) || !is_well_formed(suites)) return std::nullopt;
  payload.versions.assign(versions.values.begin(), versions.values.begin() + versions.count);
  payload.suites = known_suites(suites);
  const bool spoken = std::ranges::count(payload.versions, kProtocolVersion) == 1;
  if (!spoken || payload.suites.empty()) return std::nullopt;
  return payload;
}

std::vector<std::uint8_t> write_ack_payload(const AckPayload& payload) {
  std::vector<std::uint8_t> out(kMaxControlSize);
  FieldWriter field(out);
  field(payload.version, static_cast<std::uint8_t>(payload.suite), payload.capabilities,
        payload.session, payload.live_session, payload.inner_v4, payload.inner_v6,
        payload.tunnel_mtu, payload.policy_version);
  visit_policy(payload.policy, field);
  ensure(field.cursor().ok(), "the ACK payload fits into a control datagram");
  out.resize(field.cursor().size());
  return out;
}

std::optional<AckPayload> read_ack_payload(ByteView plain) {
  AckPayload payload;
  std::uint8_t suite = 0;
  FieldReader field(plain);
  field(payload.version, suite, payload.capabilities, payload.session, payload.live_session,
        payload.inner_v4, payload.inner_v6, payload.tunnel_mtu, payload.policy_version);
  visit_policy(payload.policy, field);
  payload.suite = static_cast<Suite>(suite);
  if (!field.cursor().finished() || !is_valid(payload)) return std::nullopt;
  return payload;
}

}  // namespace jvpn
