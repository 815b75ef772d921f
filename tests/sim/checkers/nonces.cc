// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/nonces.h"

#include "session/core/wire.h"

namespace jvpn::sim {
namespace {

constexpr std::uint64_t kFarthest = 1 << 20;  ///< no run sends so much under one key

}  // namespace

std::uint64_t fingerprint(ByteView bytes, std::uint64_t seed) {
  std::uint64_t h = seed ^ 0xcbf29ce484222325;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    h = (h ^ load<BigEndian<std::uint64_t>>(bytes.data() + at).value()) * 0x9e3779b97f4a7c15;
    h ^= h >> 29;
  }
  for (; at < bytes.size(); ++at) h = (h ^ bytes[at]) * 0x100000001b3;
  h = (h ^ h >> 32) * 0xd6e8feb86659fd93;
  return (h ^ h >> 32) | 1;  // never zero
}

void Nonces::sealed(std::uint64_t key, ByteView datagram) {
  const std::uint64_t counter = load<DataHeader>(datagram.data()).counter.value();
  if (counter > kFarthest) return breaches_.add("I13", "a counter far beyond what was sent");
  std::vector<std::uint64_t>& seen = by_counter_[key];
  if (seen.size() <= counter) seen.resize(counter + 1);
  const std::uint64_t content = fingerprint(datagram);
  if (seen[counter] == 0) seen[counter] = content;
  if (seen[counter] != content) breaches_.add("I13", "one nonce sealed two packets");
}

}  // namespace jvpn::sim
