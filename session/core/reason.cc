// SPDX-License-Identifier: Apache-2.0
#include "session/core/reason.h"

namespace jvpn {

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "none";
#define X(number, name, meaning) \
  case Reason::name:             \
    return #name;
      JVPN_REASONS(X)
#undef X
  }
  return "unknown_reason";
}

}  // namespace jvpn
