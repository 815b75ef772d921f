// SPDX-License-Identifier: Apache-2.0
// Two key epochs at once. While a rekey lasts, the next epoch's keys lie in a block of a small
// pool, with counter and window of their own; which of the two a packet is opened or sealed under
// is decided here, for workers and whoever stands in for one.
//
//   control            owner worker                      control
//   stage_keys() --->  opens under both; seals under     (asks the client, waits, sees it answer)
//                      the next once it may
//   retire_keys() -->  move_retired(): block -> record   reclaim(): pool, wiped, after a grace
//                                                        period
#pragma once

#include "session/shared/session_record.h"

namespace jvpn {

struct alignas(64) StagedKeys {
  SealingUse sealing;
  Tag tag;  ///< whose keys they are: a tag never means another session while a worker sees it
  OpeningUse opening;
  AeadKey uplink_key;
  AeadKey downlink_key;
};
static_assert(sizeof(StagedKeys) == 18 * 64 + 2 * sizeof(AeadKey));

/// An uplink key and what it has been used for.
struct OpeningKey {
  OpeningUse* use = nullptr;  ///< null: no such key
  const AeadKey* key = nullptr;
};

/// Owner worker: the key that `low_bits` of a data header mean.
inline OpeningKey opening_key(TableRecord& record, std::uint8_t low_bits) {
  const auto is_meant = [low_bits](const OpeningUse& use) {
    return (use.key_epoch.load(std::memory_order_relaxed) & 0xf) == low_bits;
  };
  if (is_meant(record.uplink.key)) [[likely]]
    return {&record.uplink.key, &record.uplink_key};
  // Acquire: keys, counts and window; partner: release in SessionTable::stage_keys().
  StagedKeys* const staged = record.extras.staged.load(std::memory_order_acquire);
  if (staged == nullptr || !is_meant(staged->opening)) return {};
  return {&staged->opening, &staged->uplink_key};
}

/// A downlink key and what it has been used for.
struct SealingKey {
  SealingUse* use;
  const AeadKey* key;
};

/// Owner worker: the key that seals now, of a session without the trait staged_keys.
inline SealingKey own_sealing_key(TableRecord& record) {
  return {&record.downlink.key, &record.downlink_key};
}

/// The same of any session: the staged one from when control lets it, or when the client has shown
/// that it has it.
inline SealingKey sealing_key(TableRecord& record, const SessionView& view) {
  // Acquire; partner as above. Relaxed for the rest: this worker's own numbers.
  StagedKeys* const staged = record.extras.staged.load(std::memory_order_acquire);
  if (staged != nullptr) [[unlikely]] {
    const std::uint32_t next = staged->sealing.key_epoch.load(std::memory_order_relaxed);
    // A block that has moved into the record stays in sight until control has taken it back.
    const bool moved = next == record.downlink.key.key_epoch.load(std::memory_order_relaxed);
    const bool shown = staged->opening.blocks.load(std::memory_order_relaxed) != 0;
    if (!moved && (shown || view.key_epoch.value == next)) {
      return {&staged->sealing, &staged->downlink_key};
    }
  }
  return own_sealing_key(record);
}

}  // namespace jvpn
