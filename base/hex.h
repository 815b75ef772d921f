// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/bytes.h"

namespace jvpn {

/// Two lower-case digits for each byte; `to` has room for them. Returns where they end.
inline char* write_hex(ByteView bytes, char* to) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    *to++ = kDigits[byte >> 4];
    *to++ = kDigits[byte & 0xf];
  }
  return to;
}

inline std::string to_hex(ByteView bytes) {
  std::string out(2 * bytes.size(), '0');
  write_hex(bytes, out.data());
  return out;
}

}  // namespace jvpn
