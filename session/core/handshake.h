// SPDX-License-Identifier: Apache-2.0
// Handshake datagrams: the payloads inside the Noise messages and the frames around them (wire.h).
// The prologue binds protocol name and version.
//
//   INIT payload | count 8 | versions 8 x 4 | count 8 | suites 8 x 8 | capabilities 32 |
//                | client tag 56 | psk id 32 | current session 128 | heartbeat 32 | 0.. |  1 064 B
//   ACK payload  | version 8 | suite 8 | capabilities 32 | session 128 | live session 128 |
//                | inner v4 128 | inner v6 128 | tunnel MTU 16 | policy version 16 + 16 |
//                | policy (client_policy_layout.h) |
#pragma once

#include <optional>
#include <vector>

#include "crypto/kdf.h"
#include "crypto/noise.h"
#include "session/core/address.h"
#include "session/core/client_policy.h"
#include "session/core/ids.h"
#include "session/core/wire.h"

namespace jvpn {

inline constexpr std::uint8_t kProtocolVersion = 1;
inline constexpr std::string_view kPrologue = "jumping-vpn/1";

/// Payload of Noise message 1, padded so that INIT is kInitSize long.
struct InitPayload {
  std::vector<std::uint8_t> versions{kProtocolVersion};  ///< all that the client speaks; 1..4
  std::vector<Suite> suites;                             ///< offered, preferred first; 1..8
  std::uint32_t capabilities = 0;  ///< bits of later versions; unknown ones are passed over
  Tag client_tag{};                ///< the gateway puts it into headers towards the client
  std::uint32_t psk_id = 0;        ///< names the PSK (psk_id_of); 0: all-zero PSK
  SessionId current_session{};     ///< the session the client believes to have, or zero
  Duration wanted_heartbeat{};     ///< longest interval it wishes for; zero: the policy's
  bool operator==(const InitPayload&) const = default;
};
/// Payload of Noise message 2.
struct AckPayload {
  std::uint8_t version = kProtocolVersion;
  Suite suite = Suite::aes_256_gcm;
  std::uint32_t capabilities = 0;  ///< those offered that the gateway has too
  SessionId session;
  SessionId
      live_session;    ///< this peer's session that lives at the gateway, or zero: tells a client
                       ///< authentically that a gateway was restarted and knows its session no more
  IpAddress inner_v4;  ///< unset: none
  IpAddress inner_v6;
  std::uint16_t tunnel_mtu = 0;
  PolicyVersion policy_version;
  ClientPolicy policy;
  bool operator==(const AckPayload&) const = default;
};

std::uint32_t psk_id_of(const Key32& psk);  ///< 0 for the all-zero PSK, else never 0

/// INIT around a finished Noise message 1: prefix, padding is inside the payload, mac1, zero mac2.
inline constexpr std::size_t kInitPayloadSize =
    kInitSize - 8 - kNoiseMessage1Overhead - 2 * kMacSize;
/// False: there are no suites or more than 8.
bool write_init_payload(const InitPayload& payload, std::span<std::uint8_t, kInitPayloadSize> out);
/// Nothing for lists that are malformed or name no version and suite that we know, or bytes of
/// padding that are not zero. Versions and suites of a newer client are passed over.
std::optional<InitPayload> read_init_payload(ByteView plain);
std::vector<std::uint8_t> write_ack_payload(const AckPayload& payload);
/// Nothing for any deviation, nor for values that no gateway could have configured (validate()).
std::optional<AckPayload> read_ack_payload(ByteView plain);

/// Keyed by the gateway's static public key: who does not know it gets silence.
Mac mac1_of(const PublicKey& gateway, ByteView before_mac1);

struct InitFrame {
  Tag attempt;     ///< the client's random name for this attempt; the ACK echoes it
  ByteView noise;  ///< message 1
  ByteView before_mac1;
  Mac mac1;
  ByteView before_mac2;
  Mac mac2;  ///< zero: no cookie was demanded (cookie.h)
};
std::vector<std::uint8_t> write_init(Tag attempt, ByteView noise, const PublicKey& gateway);
/// The mac1 of an INIT that write_init() made, and its mac2 filled in.
Mac mac1_in(ByteView init);
void put_mac2(ByteSpan init, const Mac& mac2);
std::optional<InitFrame> read_init(ByteView datagram);

struct AckFrame {
  Tag attempt;
  ByteView noise;        ///< message 2
  ByteView birth_state;  ///< opaque to the client; goes back in CONFIRM
};
std::vector<std::uint8_t> write_ack(Tag attempt, ByteView noise, ByteView birth_state);
std::optional<AckFrame> read_ack(ByteView datagram);

struct ConfirmFrame {
  SealNonce nonce{};
  ByteView birth_state;
  ByteView aad;  ///< everything before `sealed`
  ByteView sealed;
};
/// `message` is the plain HANDSHAKE_CONFIRM message; sealed here under the client's control key.
std::vector<std::uint8_t> write_confirm(ByteView message, ByteView birth_state, const Key32& key,
                                        const SealNonce& nonce);
std::optional<ConfirmFrame> read_confirm(ByteView datagram);

}  // namespace jvpn
