// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "base/bytes.h"
#include "tests/sim/checkers/breaches.h"

namespace jvpn::sim {

/// Not cryptographic: tells datagrams of one run apart.
std::uint64_t fingerprint(ByteView bytes, std::uint64_t seed = 0);

/// I13: one counter under one key seals one datagram only, whoever seals it (header and ciphertext
/// under one key and nonce are one (AAD, plaintext)).
class Nonces {
 public:
  explicit Nonces(Breaches& breaches) : breaches_(breaches) {}

  /// `key`: a fingerprint of the key itself where it is seen, else of what names it.
  void sealed(std::uint64_t key, ByteView datagram);

 private:
  Breaches& breaches_;
  std::map<std::uint64_t, std::vector<std::uint64_t>> by_counter_;  ///< counters are dense
};

}  // namespace jvpn::sim
