// SPDX-License-Identifier: Apache-2.0
#include "session/core/control_datagram.h"

#include "base/ensure.h"

namespace jvpn {

std::vector<std::uint8_t> seal_datagram(const Message& message, Tag receiver, const Key32& key,
                                        const SealNonce& nonce, std::size_t datagram_size) {
  ensure(datagram_size <= kMaxControlSize, "a control datagram fits into kMaxControlSize");
  const std::size_t padded =
      datagram_size > kControlOverhead ? datagram_size - kControlOverhead : 0;
  std::vector<std::uint8_t> datagram(kMaxControlSize);
  store(datagram.data(), ControlHeader{WirePrefix::make(WireType::control, receiver), nonce});
  const ByteView header = ByteView(datagram).first(sizeof(ControlHeader));
  const ByteSpan body = ByteSpan(datagram).subspan(sizeof(ControlHeader));
  const std::size_t size = write_message(message, body.first(kMaxMessageSize), padded);
  seal_control(key, nonce, header, body.first(size), body.first(size + kSealTagSize));
  datagram.resize(kControlOverhead + size);
  return datagram;
}

std::size_t open_datagram(ByteView datagram, std::span<const std::uint8_t, 32> key,
                          ByteSpan plain_out) {
  if (datagram.size() < kControlOverhead + kMessagePrefixSize) return 0;
  if (datagram.size() > kMaxControlSize) return 0;
  const auto header = load<ControlHeader>(datagram.data());
  const auto type = static_cast<WireType>(header.prefix.type());
  if (type != WireType::control || header.prefix.low() != 0) return 0;
  const std::size_t size = datagram.size() - kControlOverhead;
  ensure(plain_out.size() >= size, "the caller gives room for the whole datagram");
  const bool opened = open_control(key, header.nonce, datagram.first(sizeof(ControlHeader)),
                                   datagram.subspan(sizeof(ControlHeader)), plain_out.first(size));
  return opened ? size : 0;
}

}  // namespace jvpn
