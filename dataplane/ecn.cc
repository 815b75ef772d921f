// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ecn.h"

#include "base/checksum.h"
#include "dataplane/net_headers.h"

namespace jvpn {

std::uint8_t ecn_of(ByteView inner) {
  const bool v4 = inner[0] >> 4 == 4;
  return static_cast<std::uint8_t>((v4 ? inner[1] : inner[1] >> 4) & 3);
}

void set_ecn(ByteSpan inner, std::uint8_t ecn) {
  if (inner[0] >> 4 == 6) {
    inner[1] = static_cast<std::uint8_t>((inner[1] & 0xcf) | ecn << 4);
    return;
  }
  auto ip = load<Ipv4Header>(inner.data());
  const auto word = [&ip] {
    return static_cast<std::uint16_t>(unsigned{ip.version_ihl} << 8 | ip.tos);
  };
  const auto before = static_cast<std::uint16_t>(~word());
  ip.tos = static_cast<std::uint8_t>((ip.tos & 0xfc) | ecn);
  ip.checksum = InternetSum()
                    .add(static_cast<std::uint16_t>(~ip.checksum.value()))
                    .add(before)
                    .add(word())
                    .checksum();
  store(inner.data(), ip);
}

}  // namespace jvpn
