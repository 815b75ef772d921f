// SPDX-License-Identifier: Apache-2.0
// HKDF of the Noise Protocol Framework (revision 34, section 4.3) over HMAC-BLAKE2b.
#pragma once

#include "crypto/secret.h"

namespace jvpn {

/// Fills `outputs` (two or three) from chaining key and input. Noise's Split() is this with
/// an empty input and two outputs, whose first 32 bytes each are the transport keys.
void noise_hkdf(const Secret<64>& chaining_key, ByteView input, std::span<Secret<64>> outputs);

}  // namespace jvpn
