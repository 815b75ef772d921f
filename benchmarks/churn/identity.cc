// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/identity.h"

#include "apps/common/key_file.h"
#include "base/cursor.h"
#include "crypto/kdf.h"

namespace jvpn::churn {
namespace {

constexpr std::uint32_t kFirstHost = 16;  ///< those below are left to whoever else has a session
constexpr std::string_view kLabel = "jvpn-churn";

}  // namespace

std::uint32_t number_of(const IpAddress& address) {
  return load<BigEndian<std::uint32_t>>(address.v4_octets().data());
}

Key32 Identities::secret(std::uint32_t index) const {
  Bytes<kLabel.size() + 12> name{};
  ByteWriter(name)
      .bytes({reinterpret_cast<const std::uint8_t*>(kLabel.data()), kLabel.size()})
      .number(seed)
      .number(index);
  Bytes<32> secret = hash(name);
  return Key32::take(secret);
}

IpAddress Identities::inner(std::uint32_t index) const {
  return IpAddress::v4(number_of(pool.address) + kFirstHost + index);
}

bool Identities::fit() const {
  return std::uint64_t{count} + kFirstHost < std::uint64_t{1} << (32 - pool.length);
}

void write_peers(const Identities& identities, std::ostream& out) {
  for (std::uint32_t i = 0; i < identities.count; ++i) {
    const KeyPair key = KeyPair::from_secret(identities.secret(i));
    out << "[[peer]]\nname = \"churn-" << i << "\"\npublic_key = \"" << key_text(key.public_key)
        << "\"\naddresses = [\"" << to_string(identities.inner(i)) << "\"]\n";
  }
}

}  // namespace jvpn::churn
