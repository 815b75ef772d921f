// SPDX-License-Identifier: Apache-2.0
// The numbers that name things. Each is its own type, so that a slot can never be passed for a
// generation or a counter for a version.
#pragma once

#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/strong.h"

namespace jvpn {

/// 128 random bits, never reused, never changed: the session is the identity.
struct SessionId {
  Bytes<16> bytes{};
  auto operator<=>(const SessionId&) const = default;
  bool is_zero() const { return *this == SessionId{}; }
};
/// 32 lower-case hex digits.
std::string to_string(const SessionId& id);

/// A peer is known by its static X25519 public key.
using PeerKey = Bytes<32>;

using OwnerEpoch = Strong<struct OwnerEpochTag, std::uint32_t>;
/// Counts a session's traffic keys; its low 4 bits travel in each data header.
using KeyEpoch = Strong<struct KeyEpochTag, std::uint32_t>;
/// Numbers the data packets under one key, from 0.
using Counter = Strong<struct CounterTag, std::uint64_t>;
/// Numbers control messages per direction and class; rises strictly.
using MessageNumber = Strong<struct MessageNumberTag, std::uint64_t>;
/// The client's name for one of its access paths.
using PathId = Strong<struct PathIdTag, std::uint8_t>;

/// Who serves a session: a node of the cluster and which of its lives. Travels in DONE, CHALLENGE
/// and ACK, so that a client can tell a restarted owner from the one it knew.
struct Owner {
  std::uint8_t node = 0;
  std::uint64_t incarnation = 0;  ///< random, drawn when the node starts
  auto operator<=>(const Owner&) const = default;
};

/// owner epoch || sequence: +1 per transition; a new owner starts at (epoch + 1, 1).
struct StateVersion {
  OwnerEpoch owner_epoch;
  std::uint32_t sequence = 0;
  auto operator<=>(const StateVersion&) const = default;
  std::uint64_t packed() const { return std::uint64_t{owner_epoch.value} << 32 | sequence; }
  static StateVersion unpack(std::uint64_t packed) {
    return {OwnerEpoch{static_cast<std::uint32_t>(packed >> 32)},
            static_cast<std::uint32_t>(packed)};
  }
};
/// "epoch:sequence"
std::string to_string(StateVersion version);

}  // namespace jvpn

template <>
struct std::hash<jvpn::SessionId> {
  std::size_t operator()(const jvpn::SessionId& id) const noexcept {
    std::size_t h;
    std::memcpy(&h, id.bytes.data(), sizeof h);  // random bits already
    return h;
  }
};
