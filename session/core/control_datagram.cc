// SPDX-License-Identifier: Apache-2.0
#include "session/core/control_datagram.h"

#include "base/ensure.h"

namespace jvpn {
namespace {

/// Bytes before the sealed part; 0: neither CONTROL nor TICKETED, or too short or too long for it.
std::size_t header_size(ByteView datagram) {
  if (datagram.size() < kControlOverhead || datagram.size() > kMaxControlSize) return 0;
  const auto prefix = load<WirePrefix>(datagram.data());
  if (prefix.low() != 0) return 0;
  const auto type = static_cast<WireType>(prefix.type());
  const std::size_t header = type == WireType::control    ? sizeof(ControlHeader)
                             : type == WireType::ticketed ? sizeof(TicketedHeader)
                                                          : 0;
  const bool fits = datagram.size() >= header + kMessagePrefixSize + kSealTagSize;
  return fits ? header : 0;
}

}  // namespace

std::vector<std::uint8_t> seal_datagram(const Message& message, const Envelope& envelope,
                                        const Key32& key, const SealNonce& nonce) {
  ensure(envelope.size <= kMaxControlSize, "a control datagram fits into kMaxControlSize");
  const bool ticketed = envelope.ticket != nullptr;
  const std::size_t header = ticketed ? sizeof(TicketedHeader) : sizeof(ControlHeader);
  const std::size_t overhead = header + kSealTagSize;
  const std::size_t padded = envelope.size > overhead ? envelope.size - overhead : 0;
  std::vector<std::uint8_t> datagram(kMaxControlSize);
  const WireType type = ticketed ? WireType::ticketed : WireType::control;
  store(datagram.data(), ControlHeader{WirePrefix::make(type, envelope.receiver), nonce});
  if (ticketed) store(datagram.data() + sizeof(ControlHeader), *envelope.ticket);
  const ByteSpan body = ByteSpan(datagram).subspan(header);
  const std::size_t size = write_message(message, body.first(body.size() - kSealTagSize), padded);
  seal_control(key, nonce, ByteView(datagram).first(header), body.first(size),
               body.first(size + kSealTagSize));
  datagram.resize(overhead + size);
  return datagram;
}

std::size_t open_datagram(ByteView datagram, std::span<const std::uint8_t, 32> key,
                          ByteSpan plain_out) {
  const std::size_t header = header_size(datagram);
  if (header == 0) return 0;
  const SealNonce nonce = load<ControlHeader>(datagram.data()).nonce;
  const std::size_t size = datagram.size() - header - kSealTagSize;
  ensure(plain_out.size() >= size, "the caller gives room for the whole datagram");
  const bool opened = open_control(key, nonce, datagram.first(header), datagram.subspan(header),
                                   plain_out.first(size));
  return opened ? size : 0;
}

std::optional<Ticket> ticket_in(ByteView datagram) {
  if (header_size(datagram) != sizeof(TicketedHeader)) return std::nullopt;
  return load<TicketedHeader>(datagram.data()).ticket;
}

}  // namespace jvpn
