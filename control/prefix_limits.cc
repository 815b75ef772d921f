// SPDX-License-Identifier: Apache-2.0
#include "control/prefix_limits.h"

#include "crypto/kdf.h"

namespace jvpn {

PrefixLimits::PrefixLimits(RandomSource& random, std::size_t buckets) : buckets_(buckets) {
  Bytes<32> drawn = random.draw<32>();
  hash_key_ = Key32::take(drawn);
}

bool PrefixLimits::admit(const IpAddress& source, const PrefixRates& rates, Instant now) {
  return bucket_of(host_of(source)).take(rates.host, now) &&
         bucket_of(network_of(source)).take(rates.network, now) && total_.take(rates.total, now);
}

RateBucket& PrefixLimits::bucket_of(const SourcePrefix& prefix) {
  const Mac hashed = mac(hash_key_.view(), prefix);
  return buckets_[load<BigEndian<std::uint64_t>>(hashed.data()).value() % buckets_.size()];
}

}  // namespace jvpn
