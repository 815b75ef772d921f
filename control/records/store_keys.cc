// SPDX-License-Identifier: Apache-2.0
#include "control/records/store_keys.h"

#include <algorithm>
#include <array>

#include "base/ensure.h"

namespace jvpn {
namespace {

constexpr std::size_t kPrefixSize = 2;

StoreKey key(std::string_view prefix, ByteView name) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, kPrefixSize + 2 * sizeof(PeerKey)> out;
  ensure(prefix.size() == kPrefixSize && name.size() <= sizeof(PeerKey), "no key is longer");
  auto at = std::ranges::copy(prefix, out.begin()).out;
  for (const std::uint8_t byte : name) {
    *at++ = kDigits[byte >> 4];
    *at++ = kDigits[byte & 0xf];
  }
  return std::string_view(out.begin(), at);
}

}  // namespace

StoreKey session_key(const SessionId& id) {
  return key(kSessionKeys, id.bytes);
}
StoreKey peer_key(const PeerKey& peer) {
  return key("p/", peer);
}
StoreKey life_key(std::uint8_t node) {
  return key("n/", {&node, 1});
}
StoreKey renewal_key(std::uint8_t node) {
  return key("r/", {&node, 1});
}
StoreKey wish_key(const SessionId& id) {
  return key(kWishKeys, id.bytes);
}

}  // namespace jvpn
