// SPDX-License-Identifier: Apache-2.0
// The key schedule, all of it. (ck, h) come out of the Noise handshake.
//
//   traffic root = derive(ck, "jvpn1 traffic root", h)     never stored
//   resume root  = derive(ck, "jvpn1 resume root", h)      control keys; constant for the session
//   traffic key  = derive(traffic root, "jvpn1 traffic key c2g" | "... g2c", key epoch)
//   traffic IV   = derive_iv(traffic root, "jvpn1 traffic iv c2g" | "... g2c", key epoch)
//   control key  = derive(resume root, "jvpn1 control c2g" | "... g2c")
//
//   rekey:     traffic root' = derive(traffic root, "jvpn1 rekey",
//                X25519 || session id || new key epoch || INIT's public || ACK's public)
//   new owner: traffic root' = derive(resume root, "jvpn1 owner root",
//                X25519 || session id || node || incarnation || owner epoch)
//
// Fresh Diffie-Hellman output goes into both, so that neither a stolen traffic root nor a stolen
// resume root reads what comes after, respectively what came before.
#pragma once

#include "crypto/aead.h"
#include "crypto/noise.h"
#include "session/core/ids.h"

namespace jvpn {

enum class Direction : std::uint8_t { client_to_gateway, gateway_to_client };

struct SessionRoots {
  Key32 traffic;
  Key32 resume;
};
SessionRoots derive_roots(const NoiseResult& handshake);

struct TrafficKey {
  Key32 key;
  Bytes<kAeadNonceSize> iv{};
};
TrafficKey derive_traffic_key(const Key32& traffic_root, KeyEpoch epoch, Direction direction);
/// What a rekey was agreed on, as both sides know it.
struct RekeyTranscript {
  SessionId session;
  KeyEpoch key_epoch;  ///< the new one
  PublicKey init{};
  PublicKey ack{};
};
Key32 derive_rekeyed_root(const Key32& traffic_root, const Key32& shared,
                          const RekeyTranscript& transcript);

/// Traffic root of a session under an owner that did not hand over any: `shared` is the X25519 of
/// REQUEST's and CHALLENGE's ephemerals.
Key32 derive_owner_root(const Key32& resume_root, const Key32& shared, const SessionId& session,
                        const Owner& owner, OwnerEpoch epoch);

Key32 derive_control_key(const Key32& resume_root, Direction direction);

}  // namespace jvpn
