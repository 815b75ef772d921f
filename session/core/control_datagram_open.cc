// SPDX-License-Identifier: Apache-2.0
// The half that workers call.
#include "base/ensure.h"
#include "session/core/control_datagram.h"

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

/// `open`: of the seal, (nonce, AAD, sealed part, where to).
template <class Open>
std::size_t open_parts(ByteView datagram, ByteSpan plain_out, Open&& open) {
  const std::size_t header = header_size(datagram);
  if (header == 0) return 0;
  const SealNonce nonce = load<ControlHeader>(datagram.data()).nonce;
  const std::size_t size = datagram.size() - header - kSealTagSize;
  ensure(plain_out.size() >= size, "the caller gives room for the whole datagram");
  const bool opened =
      open(nonce, datagram.first(header), datagram.subspan(header), plain_out.first(size));
  return opened ? size : 0;
}

}  // namespace

std::size_t open_datagram(ByteView datagram, std::span<const std::uint8_t, 32> key,
                          ByteSpan plain_out) {
  return open_parts(datagram, plain_out, [&](const SealNonce& nonce, auto... parts) {
    return open_control(key, nonce, parts...);
  });
}

std::size_t open_datagram(AeadEngine& engine, ByteView datagram,
                          std::span<const std::uint8_t, 32> key, ByteSpan plain_out) {
  return open_parts(datagram, plain_out, [&](const SealNonce& nonce, auto... parts) {
    return engine.open_sealed(key, nonce, parts...);
  });
}

std::optional<Ticket> ticket_in(ByteView datagram) {
  if (header_size(datagram) != sizeof(TicketedHeader)) return std::nullopt;
  return load<TicketedHeader>(datagram.data()).ticket;
}

}  // namespace jvpn
