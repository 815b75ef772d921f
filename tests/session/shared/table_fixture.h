// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/shared/session_table.h"
#include "tests/session/shared/aligned_memory.h"

namespace jvpn {

/// A table and the memory that it lives in.
struct TableInMemory {
  explicit TableInMemory(const TableShape& shape)
      : memory(SessionTable::memory_size(shape)),
        table(SessionTable::create(memory.span(), shape).value()) {}
  AlignedMemory memory;
  SessionTable table;
};

/// Keys that are filled with one byte each, so that they can be found in memory.
inline SessionKeys keys_of(std::uint8_t up, std::uint8_t down, std::uint8_t control) {
  SessionKeys keys{};
  keys.uplink.schedule.fill(up);
  keys.uplink.iv.fill(up);
  keys.downlink.schedule.fill(down);
  keys.downlink.iv.fill(down);
  keys.control_open.fill(control);
  return keys;
}

/// A snapshot all of whose figures say `number`.
inline Snapshot snapshot_of(std::uint32_t number) {
  Snapshot snapshot;
  snapshot.view.version.sequence = number;
  snapshot.view.key_epoch.value = number;
  snapshot.outer.bytes.fill(static_cast<std::uint8_t>(number));
  return snapshot;
}

inline std::uint32_t number_of(const Snapshot& snapshot) {
  return snapshot.view.version.sequence;
}

/// Did one publication write all of it?
inline bool is_whole(const Snapshot& snapshot) {
  const auto number = static_cast<std::uint8_t>(number_of(snapshot));
  return snapshot.view.key_epoch.value == number_of(snapshot) &&
         std::ranges::all_of(snapshot.outer.bytes,
                             [number](std::uint8_t byte) { return byte == number; });
}

}  // namespace jvpn
