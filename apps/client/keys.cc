// SPDX-License-Identifier: Apache-2.0
#include "apps/client/keys.h"

#include <istream>
#include <ostream>

#include "apps/common/key_file.h"
#include "crypto/random.h"
#include "crypto/x25519.h"

namespace jvpn::client {

void write_new_key(std::ostream& out) {
  SystemRandom random;
  Bytes<32> secret = random.draw<32>();
  std::string text = key_text(secret);
  out << text << std::endl;
  sodium_memzero(secret.data(), secret.size());
  sodium_memzero(text.data(), text.size());
}

Result<void> write_public_key(std::istream& in, std::ostream& out) {
  std::string text;
  std::string more;
  in >> text >> more;
  std::optional<Bytes<32>> secret = more.empty() ? parse_key(text) : std::nullopt;
  sodium_memzero(text.data(), text.size());
  if (!secret) return fail("standard input: expected a private key, 32 bytes in base64");
  out << key_text(KeyPair::from_secret(Key32::take(*secret)).public_key) << std::endl;
  return {};
}

}  // namespace jvpn::client
