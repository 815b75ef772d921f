// SPDX-License-Identifier: Apache-2.0
// Heartbeats travel inside DATA, told apart from IP by a first nibble of 0 (IP has 4 or 6). The
// client asks, the gateway's worker answers, nobody answers an answer. What counts as evidence is
// an echoed random value, not mere arrival: a blind spoofer must not keep a binding alive.
//
//   | 0:4 kind:4 | path 8 | stretch 8 | zero 8 | nonce 64 | echo 64 | sent 64 | received 64 |
//   | version 64 | rtt 32 | 0.. |
#pragma once

#include <optional>

#include "base/bytes.h"
#include "session/core/ids.h"
#include "session/core/wire.h"

namespace jvpn {

enum class HeartbeatKind : std::uint8_t { ask = 1, reply = 2 };

struct Heartbeat {
  HeartbeatKind kind = HeartbeatKind::ask;
  PathId path;
  std::uint8_t stretch = 0;    ///< reply: times the policy's interval until the next ask; ask: 0
  std::uint64_t nonce = 0;     ///< random; the other side echoes it
  std::uint64_t echo = 0;      ///< the nonce last received from the other side; 0 when none
  std::uint64_t sent = 0;      ///< data packets sent over this binding, this one included
  std::uint64_t received = 0;  ///< data packets received over this binding
  StateVersion version;        ///< reply: the gateway's; ask: the last one known
  std::uint32_t rtt_us = 0;    ///< ask: of its latest answered ask over this binding; 0: unknown
};

/// Size of the inner packet; with header and tag it fills kHeartbeatSize.
inline constexpr std::size_t kHeartbeatInnerSize = kHeartbeatSize - kDataOverhead;

inline bool is_heartbeat(ByteView inner) {
  return !inner.empty() && inner[0] >> 4 == 0;
}
void write_heartbeat(const Heartbeat& heartbeat, std::span<std::uint8_t, kHeartbeatInnerSize> out);
/// Strict: exact size, known kind, zero reserved bytes and padding.
std::optional<Heartbeat> read_heartbeat(ByteView inner);

}  // namespace jvpn
