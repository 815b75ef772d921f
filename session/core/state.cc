// SPDX-License-Identifier: Apache-2.0
#include "session/core/state.h"

namespace jvpn {

std::string_view to_string(State state) {
  switch (state) {
    case State::birth:
      return "BIRTH";
    case State::attached:
      return "ATTACHED";
    case State::volatile_:
      return "VOLATILE";
    case State::degraded:
      return "DEGRADED";
    case State::recovering:
      return "RECOVERING";
    case State::terminated:
      return "TERMINATED";
  }
  return "UNKNOWN";
}

}  // namespace jvpn
