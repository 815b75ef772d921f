// SPDX-License-Identifier: Apache-2.0
// How much is looked at per host, per network and in total. Memory is fixed: prefixes are hashed,
// with a key nobody knows, into an array of buckets.
#pragma once

#include <vector>

#include "control/source_prefix.h"
#include "crypto/short_hash.h"
#include "session/core/rate_bucket.h"

namespace jvpn {

struct PrefixRates {
  Rate host;
  Rate network;
  Rate total;
};

class PrefixLimits {
 public:
  PrefixLimits(RandomSource& random, std::size_t buckets) : hash_(random), buckets_(buckets) {}
  /// May one more from here be looked at now?
  bool admit(const IpAddress& source, const PrefixRates& rates, Instant now);

 private:
  RateBucket& bucket_of(const SourcePrefix& prefix);

  ShortHash hash_;
  std::vector<RateBucket> buckets_;
  RateBucket total_;
};

}  // namespace jvpn
