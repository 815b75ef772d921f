// SPDX-License-Identifier: Apache-2.0
#include "control/birth_state.h"

#include "base/cursor.h"
#include "base/ensure.h"

namespace jvpn {
namespace {

constexpr std::size_t kPlainSize = 8 + 16 + 32 + 7 + 1 + 4 + 16 + 2 + 1 + 8 + 32 + 32;
constexpr std::size_t kSealedSize = kSealNonceSize + kPlainSize + kSealTagSize;
constexpr Bytes<11> kPurpose{'b', 'i', 'r', 't', 'h', ' ', 's', 't', 'a', 't', 'e'};

Key32 take_key(ByteReader& reader) {
  Bytes<32> bytes = reader.bytes<32>();
  return Key32::take(bytes);
}

std::optional<BirthState> parse(ByteView plain) {
  ByteReader reader(plain);
  BirthState birth;
  birth.number = reader.number<std::uint64_t>();
  birth.session.bytes = reader.bytes<16>();
  birth.peer = reader.bytes<32>();
  birth.client_tag = Tag::from_wire(reader.bytes<7>());
  birth.suite = static_cast<Suite>(reader.number<std::uint8_t>());
  birth.wanted_heartbeat_ms = reader.number<std::uint32_t>();
  birth.source.address.bytes = reader.bytes<16>();
  birth.source.port = reader.number<std::uint16_t>();
  birth.underlay = reader.number<std::uint8_t>();
  birth.expires_at.ns = static_cast<std::int64_t>(reader.number<std::uint64_t>());
  birth.roots.traffic = take_key(reader);
  birth.roots.resume = take_key(reader);
  if (!reader.finished()) return std::nullopt;
  return birth;
}

}  // namespace

std::vector<std::uint8_t> seal_birth_state(const BirthState& birth, const Key32& key,
                                           const SealNonce& nonce) {
  Secret<kPlainSize> plain;
  ByteWriter writer(plain.writable());
  writer.number(birth.number)
      .bytes(birth.session.bytes)
      .bytes(birth.peer)
      .bytes(birth.client_tag.to_wire())
      .number(static_cast<std::uint8_t>(birth.suite))
      .number(birth.wanted_heartbeat_ms)
      .bytes(birth.source.address.bytes)
      .number(birth.source.port)
      .number(birth.underlay)
      .number(static_cast<std::uint64_t>(birth.expires_at.ns))
      .bytes(birth.roots.traffic.view())
      .bytes(birth.roots.resume.view());
  ensure(writer.ok() && writer.size() == kPlainSize, "the birth state's size is the sum of fields");
  std::vector<std::uint8_t> sealed(kSealedSize);
  std::memcpy(sealed.data(), nonce.data(), nonce.size());
  seal_control(key, nonce, kPurpose, plain.view(), ByteSpan(sealed).subspan(kSealNonceSize));
  return sealed;
}

std::optional<BirthState> open_birth_state(ByteView sealed, const Key32& key) {
  if (sealed.size() != kSealedSize) return std::nullopt;
  SealNonce nonce;
  std::memcpy(nonce.data(), sealed.data(), nonce.size());
  Secret<kPlainSize> plain;
  const bool opened =
      open_control(key.view(), nonce, kPurpose, sealed.subspan(kSealNonceSize), plain.writable());
  if (!opened) return std::nullopt;
  return parse(plain.view());
}

}  // namespace jvpn
