// SPDX-License-Identifier: Apache-2.0
// Outer formats: what a stranger on the wire sees. All numbers are big endian.
//
//   DATA      | type:4 epoch:4 | tag 56 | counter 64 | ciphertext ... | AEAD tag 128 |
//   CONTROL   | type:4 zero:4  | tag 56 | nonce 192  | sealed ...     | seal tag 128 |
//   INIT      | type:4 zero:4  | attempt 56 | noise message 1 | mac1 128 | mac2 128 |   1 200 B
//   ACK       | type:4 zero:4  | attempt 56 | length 16 | noise message 2 | birth state |
//   CONFIRM   | type:4 zero:4  | zero 56 | nonce 192 | length 16 | birth state | sealed ... |
//   TICKETED  | type:4 zero:4  | tag 56 | nonce 192 | ticket 480 | sealed ... | seal tag 128 |
//   COOKIE    | type:4 zero:4  | attempt 56 | nonce 192 | sealed cookie 128, retry after 32 |
//
// The first 16 bytes (DATA) or everything before `sealed` (CONTROL, CONFIRM, TICKETED) is the AAD;
// that of COOKIE is the mac1 that it answers.
// Which control message it is stands inside the seal (messages.h).
#pragma once

#include "base/bytes.h"
#include "crypto/aead.h"
#include "crypto/kdf.h"
#include "crypto/sealing.h"
#include "session/core/tag.h"

namespace jvpn {

enum class WireType : std::uint8_t {
  handshake_init = 1,
  handshake_ack = 2,
  cookie_reply = 3,
  handshake_confirm = 4,
  data = 5,
  control = 6,
  ticketed = 7,  ///< control with a ticket, so that any node of the cluster can find the session
};

/// First eight bytes of everything.
struct WirePrefix {
  std::uint8_t type_and_low = 0;
  Bytes<7> tag{};

  static WirePrefix make(WireType type, Tag tag, std::uint8_t low = 0) {
    return std::bit_cast<WirePrefix>(network_order(number(type, tag, low)));
  }
  /// The same as one big-endian number, for who writes one per packet.
  static std::uint64_t number(WireType type, Tag tag, std::uint8_t low) {
    const auto head = static_cast<std::uint64_t>(type) << 4 | (low & 0xfu);
    return head << 56 | tag.value();
  }
  Tag receiver() const { return Tag(network_order(std::bit_cast<std::uint64_t>(*this))); }
  std::uint8_t type() const { return static_cast<std::uint8_t>(type_and_low >> 4); }
  /// Key epoch of a DATA packet; must be zero in all other types.
  std::uint8_t low() const { return type_and_low & 0xf; }
};
static_assert(sizeof(WirePrefix) == 8 && alignof(WirePrefix) == 1);

struct DataHeader {
  WirePrefix prefix;
  BigEndian<std::uint64_t> counter;
};
static_assert(sizeof(DataHeader) == 16 && alignof(DataHeader) == 1);

struct ControlHeader {
  WirePrefix prefix;
  SealNonce nonce{};
};
static_assert(sizeof(ControlHeader) == 32 && alignof(ControlHeader) == 1);

/// Opaque to the client: names the session to any node of the cluster. It proves nothing.
inline constexpr std::size_t kTicketSize = 60;
using Ticket = Bytes<kTicketSize>;

struct TicketedHeader {
  ControlHeader control;
  Ticket ticket{};
};
static_assert(sizeof(TicketedHeader) == 92 && alignof(TicketedHeader) == 1);

inline constexpr std::size_t kDataOverhead = sizeof(DataHeader) + kAeadTagSize;
inline constexpr std::size_t kControlOverhead = sizeof(ControlHeader) + kSealTagSize;
inline constexpr std::size_t kTicketedOverhead = sizeof(TicketedHeader) + kSealTagSize;
inline constexpr std::size_t kInitSize = 1200;        ///< UDP payload; no answer is longer
inline constexpr std::size_t kMaxControlSize = 1200;  ///< UDP payload of any control datagram
inline constexpr std::size_t kRequestSize = 256;      ///< REQUEST, CONFIRM and PROBE, padded
inline constexpr std::size_t kSmallAnswerSize = 160;  ///< bound of NOTICE, PATH_CHALLENGE, REJECT
inline constexpr std::size_t kHeartbeatSize = 160;    ///< UDP payload, padded, both directions

}  // namespace jvpn
