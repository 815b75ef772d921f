// SPDX-License-Identifier: Apache-2.0
#include "client/key_slot.h"

#include "session/core/limits.h"

namespace jvpn::client {

KeyBudget budget_of(Suite suite) {
  if (suite == Suite::aes_256_gcm) {
    return {kBlocksPerKey, kGcmFailedOpensRekey, kGcmFailedOpensLimit};
  }
  return {kBlocksPerKey, kChachaFailedOpensRekey, kChachaFailedOpensLimit};
}

KeySlot::KeySlot(KeyEpoch epoch, Suite suite, Key32 traffic_root, AeadEngine& engine)
    : epoch_(epoch), root_(std::move(traffic_root)) {
  const TrafficKey up = derive_traffic_key(root_, epoch, Direction::client_to_gateway);
  const TrafficKey down = derive_traffic_key(root_, epoch, Direction::gateway_to_client);
  engine.expand(suite, up.key, up.iv, seal_key_);
  engine.expand(suite, down.key, down.iv, open_key_);
}

KeySlot::~KeySlot() {
  wipe_key(seal_key_);
  wipe_key(open_key_);
}

}  // namespace jvpn::client
