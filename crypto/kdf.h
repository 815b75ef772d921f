// SPDX-License-Identifier: Apache-2.0
// Key derivation: keyed BLAKE2b (RFC 7693), which is a PRF for keys up to 64 bytes.
//
//   derive(secret, label, context) = BLAKE2b-256(key = secret, label || 0x00 || context)
//
// Labels are ASCII, never contain 0x00, and each is used for one purpose only (docs/PROTOCOL.md).
#pragma once

#include <string_view>

#include "crypto/secret.h"

namespace jvpn {

/// 32 bytes bound to label and context. `secret` is 32 or 64 bytes.
Key32 derive(ByteView secret, std::string_view label, ByteView context = {});

/// The leading 12 bytes of the same, for IVs, which are no secrets.
Bytes<12> derive_iv(ByteView secret, std::string_view label, ByteView context = {});

inline constexpr std::size_t kMacSize = 16;
using Mac = Bytes<kMacSize>;

/// BLAKE2b-128 keyed with `key` over `message`: mac1, mac2, cookies, path tokens.
Mac mac(ByteView key, ByteView message);
/// Constant time.
bool mac_equals(const Mac& a, const Mac& b);

/// BLAKE2b-256, unkeyed: peer fingerprints, jitter.
Bytes<32> hash(ByteView message);

}  // namespace jvpn
