// SPDX-License-Identifier: Apache-2.0
// ipsec-mb's own header, and what its releases make of an AES-256-GCM key: Debian 12 has 1.3,
// Debian 13 has 2.0.
#pragma once

#define NO_COMPAT_IMB_API_053  // leave out 1.x's old names; MD5, GCM, ENCRYPT are among its macros
#include <intel-ipsec-mb.h>

#include <cstddef>

namespace jvpn {

/// Bytes of an expanded key: 1 008 or 1 264.
inline constexpr std::size_t kGcmKeySize = sizeof(gcm_key_data);

/// Tables behind its round keys, each with the hash key's powers, the highest first. 1.x has one of
/// 48 powers, 2.x one of 32 and one of their products with the polynomial (on CPUs with VAES).
inline constexpr std::size_t kGcmPowerTables = IMB_VERSION_NUM < IMB_VERSION(2, 0, 0) ? 1 : 2;

}  // namespace jvpn
