// SPDX-License-Identifier: Apache-2.0
#include "control/peer_book.h"

namespace jvpn {

PeerBook::PeerBook(const std::vector<PeerConfig>& peers) {
  for (const PeerConfig& peer : peers) by_key_[peer.key].config = &peer;
}

Peer* PeerBook::find(const PeerKey& key) {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &found->second;
}

}  // namespace jvpn
