// SPDX-License-Identifier: Apache-2.0
#include "control/prefix_limits.h"

namespace jvpn {

bool PrefixLimits::admit(const IpAddress& source, const PrefixRates& rates, Instant now) {
  return bucket_of(host_of(source)).take(rates.host, now) &&
         bucket_of(network_of(source)).take(rates.network, now) && total_.take(rates.total, now);
}

RateBucket& PrefixLimits::bucket_of(const SourcePrefix& prefix) {
  return buckets_[hash_(prefix) % buckets_.size()];
}

}  // namespace jvpn
