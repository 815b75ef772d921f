// SPDX-License-Identifier: Apache-2.0
// `jvpn keygen` and `jvpn pubkey`.
#pragma once

#include <iosfwd>

#include "base/result.h"

namespace jvpn::client {

/// A fresh private key, in base64, one line.
void write_new_key(std::ostream& out);
/// Reads a private key and writes its public key. Errors: not 32 bytes in base64.
Result<void> write_public_key(std::istream& in, std::ostream& out);

}  // namespace jvpn::client
