// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "crypto/random.h"

namespace jvpn {

/// SipHash-2-4 of what strangers choose, under a key that they do not know: for places in tables
/// that they must not aim at. A tenth of what mac() costs, and no proof of anything. Any thread.
class ShortHash {
 public:
  explicit ShortHash(RandomSource& random) : key_(random.draw<16>()) {}
  std::uint64_t operator()(ByteView bytes) const;

 private:
  Bytes<16> key_;
};

}  // namespace jvpn
