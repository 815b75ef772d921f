// SPDX-License-Identifier: Apache-2.0
// What the sessions carry: numbered UDP packets to a sink behind the gateway, each answered by one
// that the sink numbers itself.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "session/core/address.h"

namespace jvpn::churn {

inline constexpr std::uint16_t kSessionPort = 7000;  ///< inner UDP port of every session
inline constexpr std::size_t kInnerHeaders = 20 + 8;

/// UDP payload of both directions.
struct Stamp {
  static constexpr std::size_t kSize = 28;
  std::uint32_t session = 0;
  std::uint32_t number = 0;
  std::uint32_t answers = 0;  ///< downlink: the uplink packet's number
  std::int64_t sent_ns = 0;   ///< when the uplink packet was due, also in the answer to it
  bool operator==(const Stamp&) const = default;
};
inline constexpr std::size_t kLeastInnerSize = kInnerHeaders + Stamp::kSize;

void write_stamp(const Stamp& stamp, ByteSpan payload);
/// Nothing for a stranger's packet.
std::optional<Stamp> read_stamp(ByteView payload);

/// A whole inner packet of `out.size()` bytes, padded with zeros; UDP checksum 0, which IPv4
/// allows.
void write_uplink(const IpAddress& from, const Endpoint& sink, const Stamp& stamp, ByteSpan out);
/// The stamp of an inner packet, whatever its addresses.
std::optional<Stamp> read_inner(ByteView packet);

}  // namespace jvpn::churn
