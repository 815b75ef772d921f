// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/core/control_datagram.h"

namespace jvpn::fuzz {

/// A CONTROL or TICKETED datagram around any bytes: genuine outside, whatever inside. The product
/// seals messages only.
inline std::vector<std::uint8_t> seal_raw(ByteView plain, const Envelope& envelope,
                                          const Key32& key, const SealNonce& nonce) {
  const bool ticketed = envelope.ticket != nullptr;
  const std::size_t header = ticketed ? sizeof(TicketedHeader) : sizeof(ControlHeader);
  const WireType type = ticketed ? WireType::ticketed : WireType::control;
  std::vector<std::uint8_t> datagram(header + plain.size() + kSealTagSize);
  store(datagram.data(), ControlHeader{WirePrefix::make(type, envelope.receiver), nonce});
  if (ticketed) store(datagram.data() + sizeof(ControlHeader), *envelope.ticket);
  seal_control(key, nonce, ByteView(datagram).first(header), plain,
               ByteSpan(datagram).subspan(header));
  return datagram;
}

}  // namespace jvpn::fuzz
