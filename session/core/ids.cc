// SPDX-License-Identifier: Apache-2.0
#include "session/core/ids.h"

#include "base/hex.h"

namespace jvpn {

std::string to_string(const SessionId& id) {
  return to_hex(id.bytes);
}

std::string to_string(StateVersion version) {
  return std::to_string(version.owner_epoch.value) + ":" + std::to_string(version.sequence);
}

}  // namespace jvpn
