// SPDX-License-Identifier: Apache-2.0
// Made by scripts/generate_tables.py from session/core/transitions.toml. Not to be edited.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jvpn {

enum class State : std::uint8_t {
  birth,       ///< handshake answered, client not yet confirmed; the gateway keeps nothing for it
  attached,    ///< exactly one active transport, healthy
  volatile_,   ///< bound, instability observed
  degraded,    ///< bound or not; instability persisted or recovery denied; protective, not failure
  recovering,  ///< reattach in progress, within a deadline; the old binding may still carry data
  terminated,  ///< absorbing; keys wiped; a keyless tombstone answers for a while
};
inline constexpr std::size_t kStateCount = 6;

/// As audit events say it; "UNKNOWN" for what is no state.
constexpr std::string_view to_string(State value) {
  switch (value) {
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
