// SPDX-License-Identifier: Apache-2.0
#include "session/core/control_datagram.h"

#include "base/ensure.h"

namespace jvpn {

std::vector<std::uint8_t> seal_datagram(const Message& message, const Envelope& envelope,
                                        const Key32& key, const SealNonce& nonce) {
  ensure(envelope.size <= kMaxControlSize, "a control datagram fits into kMaxControlSize");
  const bool ticketed = envelope.ticket != nullptr;
  const std::size_t header = ticketed ? sizeof(TicketedHeader) : sizeof(ControlHeader);
  const std::size_t overhead = header + kSealTagSize;
  const std::size_t padded = envelope.size > overhead ? envelope.size - overhead : 0;
  Bytes<kMaxControlSize> datagram;
  const WireType type = ticketed ? WireType::ticketed : WireType::control;
  store(datagram.data(), ControlHeader{WirePrefix::make(type, envelope.receiver), nonce});
  if (ticketed) store(datagram.data() + sizeof(ControlHeader), *envelope.ticket);
  const ByteSpan body = ByteSpan(datagram).subspan(header);
  const std::size_t size = write_message(message, body.first(body.size() - kSealTagSize), padded);
  seal_control(key, nonce, ByteView(datagram).first(header), body.first(size),
               body.first(size + kSealTagSize));
  // No longer than it is: some are kept for as long as a session lives.
  const ByteView sealed = ByteView(datagram).first(overhead + size);
  return {sealed.begin(), sealed.end()};
}

}  // namespace jvpn
