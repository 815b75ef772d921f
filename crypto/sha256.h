// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4): the audit's chain, which anybody shall be able to follow with any tool.
#pragma once

#include "base/bytes.h"
#include "crypto/mb_manager.h"

namespace jvpn {

/// By libsodium. Any thread.
Bytes<32> sha256(ByteView message);

/// The same by ipsec-mb, for who hashes all day: with the CPU's SHA instructions, where it has
/// them, a sixth of the time. One thread.
class Sha256 {
 public:
  /// Ends the process if ipsec-mb does not start; crypto_self_test() has seen that it does.
  Sha256();
  Bytes<32> operator()(ByteView message) const;

 private:
  MbManager manager_;
  bool has_instructions_;
};

}  // namespace jvpn
