// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/node_secrets.h"

namespace jvpn {
namespace {

Key32 drawn(RandomSource& random) {
  Bytes<32> bytes = random.draw<32>();
  return Key32::take(bytes);
}

}  // namespace

ControlConfig with_secrets(ControlConfig config, RandomSource& random) {
  const auto incarnation = random.draw<8>();
  config.incarnation = load<BigEndian<std::uint64_t>>(incarnation.data());
  for (Key32* key : {&config.cluster.ticket, &config.cluster.store}) {
    if (key->is_zero()) *key = drawn(random);
  }
  return config;
}

}  // namespace jvpn
