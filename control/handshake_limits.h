// SPDX-License-Identifier: Apache-2.0
// How many handshakes are looked at: per host, per network and in total. Memory is fixed: prefixes
// are hashed, with a key nobody knows, into an array of buckets.
#pragma once

#include <vector>

#include "crypto/random.h"
#include "crypto/secret.h"
#include "session/core/address.h"
#include "session/core/rate_bucket.h"

namespace jvpn {

class HandshakeLimits {
 public:
  explicit HandshakeLimits(RandomSource& random);
  /// May a handshake datagram from here be looked at now?
  bool admit(const IpAddress& source, Instant now);

 private:
  RateBucket& bucket_of(const IpAddress& source, std::size_t prefix_bytes);

  Key32 hash_key_;
  std::vector<RateBucket> buckets_;
  RateBucket total_;
};

}  // namespace jvpn
