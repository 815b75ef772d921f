// SPDX-License-Identifier: Apache-2.0
#include "tests/crypto/test_vectors.h"

#include <sodium.h>

#include <cstdlib>
#include <fstream>

namespace jvpn::test {

Buffer unhex(const std::string& text) {
  if (text.empty()) return {};
  Buffer out(text.size() / 2);
  std::size_t used = 0;
  const char* end = nullptr;
  sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &used, &end);
  if (end != text.data() + text.size() || used * 2 != text.size()) {
    throw std::invalid_argument("no hex: " + text);
  }
  return out;
}

std::string to_hex(ByteView bytes) {
  std::string out(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), bytes.data(), bytes.size());
  out.pop_back();
  return out;
}

std::optional<nlohmann::json> public_vectors(const std::string& file) {
  const char* set = std::getenv("JVPN_VECTORS");
  const std::string folder = set != nullptr ? set : JVPN_SOURCE_ROOT "/../shared/vectors";
  std::ifstream in(folder + "/" + file);
  if (!in) return std::nullopt;
  return nlohmann::json::parse(in);
}

}  // namespace jvpn::test
