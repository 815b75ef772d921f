// SPDX-License-Identifier: Apache-2.0
#include "control/records/store_keys.h"

namespace jvpn {
namespace {

StoreKey key(std::string_view prefix, ByteView name) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  StoreKey out(prefix);
  for (const std::uint8_t byte : name) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0xf];
  }
  return out;
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
