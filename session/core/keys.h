// SPDX-License-Identifier: Apache-2.0
// The key schedule, all of it. (ck, h) come out of the Noise handshake.
//
//   traffic root = derive(ck, "jvpn1 traffic root", h)     never stored
//   resume root  = derive(ck, "jvpn1 resume root", h)      control keys; constant for the session
//   traffic key  = derive(traffic root, "jvpn1 traffic key c2g" | "... g2c", key epoch)
//   traffic IV   = derive_iv(traffic root, "jvpn1 traffic iv c2g" | "... g2c", key epoch)
//   control key  = derive(resume root, "jvpn1 control c2g" | "... g2c")
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
Key32 derive_control_key(const Key32& resume_root, Direction direction);

}  // namespace jvpn
