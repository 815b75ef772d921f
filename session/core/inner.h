// SPDX-License-Identifier: Apache-2.0
// What we need to know of an inner packet before we let it through.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "session/core/address.h"

namespace jvpn {

struct InnerPacket {
  IpAddress source;
  IpAddress destination;
  std::uint16_t length = 0;  ///< total length as the IP header says
};

/// Reads version, length and addresses of an IPv4 or IPv6 packet. Nothing when the version is
/// neither, the header is cut short or malformed (IHL < 5), or the stated length is more than
/// `bytes` holds or less than the header.
std::optional<InnerPacket> parse_inner(ByteView bytes);

}  // namespace jvpn
