// SPDX-License-Identifier: Apache-2.0
#include "control/records/store_keys.h"

#include <algorithm>
#include <array>

#include "base/ensure.h"
#include "base/hex.h"

namespace jvpn {
namespace {

constexpr std::size_t kPrefixSize = 2;

StoreKey key(std::string_view prefix, ByteView name) {
  std::array<char, kPrefixSize + 2 * sizeof(PeerKey)> out;
  ensure(prefix.size() == kPrefixSize && name.size() <= sizeof(PeerKey), "no key is longer");
  char* const digits = std::ranges::copy(prefix, out.data()).out;
  return std::string_view(out.data(), write_hex(name, digits));
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
