// SPDX-License-Identifier: Apache-2.0
#include "control/handshake_limits.h"

#include "control/limits.h"
#include "crypto/kdf.h"

namespace jvpn {
namespace {

struct PrefixBytes {
  std::size_t host;
  std::size_t network;
};
PrefixBytes prefix_bytes(const IpAddress& address) {
  return address.is_v4() ? PrefixBytes{16, 15} : PrefixBytes{8, 6};
}

}  // namespace

HandshakeLimits::HandshakeLimits(RandomSource& random) : buckets_(kHandshakeBuckets) {
  Bytes<32> drawn = random.draw<32>();
  hash_key_ = Key32::take(drawn);
}

bool HandshakeLimits::admit(const IpAddress& source, Instant now) {
  const PrefixBytes bytes = prefix_bytes(source);
  return bucket_of(source, bytes.host).take(kHandshakesPerHost, now) &&
         bucket_of(source, bytes.network).take(kHandshakesPerNetwork, now) &&
         total_.take(kHandshakesTotal, now);
}

RateBucket& HandshakeLimits::bucket_of(const IpAddress& source, std::size_t prefix_bytes) {
  Bytes<17> name{};
  name[0] = static_cast<std::uint8_t>(prefix_bytes);
  std::memcpy(name.data() + 1, source.bytes.data(), prefix_bytes);
  const Mac hashed = mac(hash_key_.view(), name);
  return buckets_[load<BigEndian<std::uint64_t>>(hashed.data()).value() % buckets_.size()];
}

}  // namespace jvpn
