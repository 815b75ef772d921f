// SPDX-License-Identifier: Apache-2.0
// The traffic keys of one key epoch and all that lives and dies with them: send counter, replay
// window, and how much they have been used. Nothing of a slot is ever taken over by another.
#pragma once

#include "crypto/aead.h"
#include "session/core/keys.h"
#include "session/core/replay_window.h"

namespace jvpn::client {

/// How much one key may be used, each direction by itself.
struct KeyBudget {
  std::uint64_t blocks = 0;              ///< sealed; beyond it nothing is sealed
  std::uint64_t failed_opens_rekey = 0;  ///< at this many a new key is asked for
  std::uint64_t failed_opens = 0;        ///< at this many it opens nothing more
};
KeyBudget budget_of(Suite suite);

/// Blocks of 16 bytes that a packet of `size` costs: its own, the header's and the length's.
constexpr std::uint64_t blocks_of(std::size_t size) {
  return (size + 15) / 16 + 2;
}

class KeySlot {
 public:
  KeySlot(KeyEpoch epoch, Suite suite, Key32 traffic_root, AeadEngine& engine);
  ~KeySlot();
  KeySlot(const KeySlot&) = delete;
  KeySlot& operator=(const KeySlot&) = delete;

  KeyEpoch epoch() const { return epoch_; }
  /// The low bits that DATA headers carry.
  std::uint8_t low() const { return epoch_.value & 0xf; }
  const Key32& root() const { return root_; }
  const AeadKey& seal_key() const { return seal_key_; }
  const AeadKey& open_key() const { return open_key_; }

  std::uint64_t next_counter = 0;
  std::uint64_t sealed_blocks = 0;
  std::uint64_t opened_blocks = 0;
  std::uint64_t opened = 0;
  std::uint64_t failed_opens = 0;
  ReplayWindow window;

 private:
  KeyEpoch epoch_;
  Key32 root_;
  AeadKey seal_key_;
  AeadKey open_key_;
};

}  // namespace jvpn::client
