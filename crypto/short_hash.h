// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "crypto/kdf.h"
#include "crypto/random.h"

namespace jvpn {

/// SipHash-2-4 with 128 bits of output under the first half of `key`: a MAC for a few bytes that
/// live for seconds and that nobody but their maker checks, a tenth of what mac() costs. Any
/// thread.
Mac short_mac(const Key32& key, ByteView message);

/// SipHash-2-4 of what strangers choose, under a key that they do not know: for places in tables
/// that they must not aim at. A tenth of what mac() costs, and no proof of anything. Any thread.
std::uint64_t short_hash(const Bytes<16>& key, ByteView bytes);

/// The same under a key of its own.
class ShortHash {
 public:
  explicit ShortHash(RandomSource& random) : key_(random.draw<16>()) {}
  std::uint64_t operator()(ByteView bytes) const { return short_hash(key_, bytes); }

 private:
  Bytes<16> key_;
};

}  // namespace jvpn
