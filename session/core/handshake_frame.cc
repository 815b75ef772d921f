// SPDX-License-Identifier: Apache-2.0
// The datagrams around the Noise messages (layouts: wire.h).
#include <algorithm>

#include "base/cursor.h"
#include "base/ensure.h"
#include "session/core/handshake.h"
#include "session/core/messages.h"

namespace jvpn {
namespace {

constexpr std::size_t kInitBeforeMac1 = kInitSize - 2 * kMacSize;
constexpr std::size_t kMinSealed = kMessagePrefixSize + kSealTagSize;

/// The tag, if the datagram begins as one of this type must.
std::optional<Tag> take_prefix(ByteReader& in, WireType type) {
  const Bytes<1> first = in.bytes<1>();
  const WirePrefix prefix{first[0], in.bytes<7>()};
  if (!in.ok() || prefix.type() != static_cast<std::uint8_t>(type)) return std::nullopt;
  if (prefix.low() != 0) return std::nullopt;
  return Tag::from_wire(prefix.tag);
}

void put_prefix(ByteWriter& out, WireType type, Tag tag) {
  const WirePrefix prefix = WirePrefix::make(type, tag);
  out.number(prefix.type_and_low).bytes(prefix.tag);
}

}  // namespace

Mac mac1_of(const PublicKey& gateway, ByteView before_mac1) {
  constexpr std::string_view kLabel = "jvpn1 mac1";
  Bytes<kLabel.size() + std::tuple_size_v<PublicKey>> labelled{};
  std::memcpy(labelled.data(), kLabel.data(), kLabel.size());
  std::memcpy(labelled.data() + kLabel.size(), gateway.data(), gateway.size());
  return mac(hash(labelled), before_mac1);
}

std::vector<std::uint8_t> write_init(Tag attempt, ByteView noise, const PublicKey& gateway) {
  std::vector<std::uint8_t> datagram(kInitSize);
  ByteWriter out(datagram);
  put_prefix(out, WireType::handshake_init, attempt);
  out.bytes(noise);
  ensure(out.ok() && out.size() == kInitBeforeMac1, "the payload pads INIT to kInitSize");
  out.bytes(mac1_of(gateway, out.written()));
  return datagram;  // mac2 stays zero until a cookie is demanded
}

Mac mac1_in(ByteView init) {
  ensure(init.size() == kInitSize, "an INIT of ours");
  return load<Mac>(init.data() + kInitBeforeMac1);
}

void put_mac2(ByteSpan init, const Mac& mac2) {
  ensure(init.size() == kInitSize, "an INIT of ours");
  std::ranges::copy(mac2, init.end() - kMacSize);
}

std::optional<InitFrame> read_init(ByteView datagram) {
  if (datagram.size() != kInitSize) return std::nullopt;
  ByteReader in(datagram);
  const std::optional<Tag> attempt = take_prefix(in, WireType::handshake_init);
  if (!attempt) return std::nullopt;
  InitFrame frame{
      *attempt, in.view(kInitBeforeMac1 - sizeof(WirePrefix)), datagram.first(kInitBeforeMac1),
      {},       datagram.first(kInitSize - kMacSize),          {}};
  frame.mac1 = in.bytes<kMacSize>();
  frame.mac2 = in.bytes<kMacSize>();
  return frame;
}

std::vector<std::uint8_t> write_ack(Tag attempt, ByteView noise, ByteView birth_state) {
  std::vector<std::uint8_t> datagram(kMaxControlSize);
  ByteWriter out(datagram);
  put_prefix(out, WireType::handshake_ack, attempt);
  out.number(static_cast<std::uint16_t>(noise.size())).bytes(noise).bytes(birth_state);
  ensure(out.ok(), "an ACK is no longer than the INIT that it answers");
  datagram.resize(out.size());
  return datagram;
}

std::optional<AckFrame> read_ack(ByteView datagram) {
  if (datagram.size() > kMaxControlSize) return std::nullopt;
  ByteReader in(datagram);
  const std::optional<Tag> attempt = take_prefix(in, WireType::handshake_ack);
  if (!attempt) return std::nullopt;
  const std::uint16_t length = in.number<std::uint16_t>();
  const ByteView noise = in.view(length);
  if (!in.ok() || length < kNoiseMessage2Overhead || in.rest().empty()) return std::nullopt;
  return AckFrame{*attempt, noise, in.rest()};
}

std::vector<std::uint8_t> write_confirm(ByteView message, ByteView birth_state, const Key32& key,
                                        const SealNonce& nonce) {
  std::vector<std::uint8_t> datagram(kMaxControlSize);
  ByteWriter out(datagram);
  put_prefix(out, WireType::handshake_confirm, Tag());
  out.bytes(nonce);
  out.number(static_cast<std::uint16_t>(birth_state.size())).bytes(birth_state);
  const std::size_t sealed_size = message.size() + kSealTagSize;
  ensure(out.ok() && out.size() + sealed_size <= kMaxControlSize,
         "a CONFIRM is no longer than the ACK that it answers may be");
  seal_control(key, nonce, out.written(), message,
               ByteSpan(datagram).subspan(out.size(), sealed_size));
  datagram.resize(out.size() + sealed_size);
  return datagram;
}

std::optional<ConfirmFrame> read_confirm(ByteView datagram) {
  if (datagram.size() > kMaxControlSize) return std::nullopt;
  ByteReader in(datagram);
  const std::optional<Tag> tag = take_prefix(in, WireType::handshake_confirm);
  if (!tag || *tag != Tag()) return std::nullopt;
  ConfirmFrame frame;
  frame.nonce = in.bytes<kSealNonceSize>();
  frame.birth_state = in.view(in.number<std::uint16_t>());
  frame.sealed = in.rest();
  frame.aad = datagram.first(datagram.size() - frame.sealed.size());
  if (!in.ok() || frame.birth_state.empty() || frame.sealed.size() < kMinSealed) {
    return std::nullopt;
  }
  return frame;
}

}  // namespace jvpn
