// SPDX-License-Identifier: Apache-2.0
#include "session/core/ids.h"

namespace jvpn {

std::string to_string(const SessionId& id) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(2 * id.bytes.size());
  for (std::uint8_t byte : id.bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 0xf]);
  }
  return out;
}

std::string to_string(StateVersion version) {
  return std::to_string(version.owner_epoch.value) + ":" + std::to_string(version.sequence);
}

}  // namespace jvpn
