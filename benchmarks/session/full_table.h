// SPDX-License-Identifier: Apache-2.0
// A session table with every slot installed, and its tags in no order.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "session/shared/session_table.h"

namespace jvpn::bench {

struct FullTable {
  explicit FullTable(std::uint32_t slots)
      : shape{.slots = slots, .readers = 1, .node = 1},
        size(SessionTable::memory_size(shape)),
        memory(static_cast<std::uint8_t*>(std::aligned_alloc(64, size)), &std::free),
        table(SessionTable::create({memory.get(), size}, shape).value()) {
    const SessionKeys keys{};
    for (std::uint32_t i = 0; i < slots; ++i) {
      tags.push_back(table.reserve(0).value());
      table.install(tags.back(), keys, Snapshot{});
    }
    std::shuffle(tags.begin(), tags.end(), std::mt19937_64(1));
    table.reader_online(0);
  }

  TableShape shape;
  std::size_t size;
  std::unique_ptr<std::uint8_t, decltype(&std::free)> memory;
  SessionTable table;
  std::vector<Tag> tags;
};

}  // namespace jvpn::bench
