// SPDX-License-Identifier: Apache-2.0
// What the session table has to do, in standard containers: three slots, two readers, one key
// block.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "session/shared/session_table_state.h"

namespace jvpn {

/// One call, its arguments picked by `pick` among those that are allowed at that moment.
struct Call {
  enum Kind {
    reserve,
    release,
    install,
    publish,
    remove,
    reclaim,
    quiescent,
    online,
    offline,
    look,
    reserve_keys,
    stage_keys,
    retire_keys,
    drop_keys,
    move_retired
  };
  static constexpr int kKinds = 15;
  int kind;
  std::uint32_t pick;
};

struct Model {
  struct Waiting {
    std::set<std::uint32_t> readers;  ///< who may still read it
    std::optional<std::uint32_t> slot;
    bool snapshot = true;
    bool keys = false;
  };
  /// The only key block: whose it is, and how far.
  struct Block {
    enum { free, reserved, staged, retiring, moved, leaving } use = free;
    Tag tag;
    std::uint32_t epoch = 0;
    bool with_session = true;
  };
  struct Reader {
    bool online = false;
    std::vector<std::pair<const Snapshot*, std::uint32_t>> held;  ///< with the number it showed
  };
  std::deque<std::uint32_t> free{0, 1, 2};
  std::array<std::uint32_t, 3> generation{1, 1, 1};
  std::set<Tag> reserved;
  std::map<Tag, std::uint32_t> live;
  std::deque<Waiting> waiting;
  std::array<Reader, 2> readers;
  std::set<Tag> dead;
  Block block;
  std::map<Tag, std::uint32_t> epochs;  ///< of the records' own keys
  std::uint32_t number = 0;

  std::size_t replaced() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(waiting, [](const Waiting& w) { return w.snapshot && !w.slot; }));
  }
  void wait(Waiting item) {
    for (std::uint32_t i = 0; i < 2; ++i) {
      if (readers[i].online) item.readers.insert(i);
    }
    waiting.push_back(item);
  }
  void end(Tag tag) {
    dead.insert(tag);
    ++generation[GatewayTag::unpack(tag).slot];
  }
  void let_go(std::uint32_t reader) {
    readers[reader].held.clear();
    for (Waiting& item : waiting) item.readers.erase(reader);
  }
  std::size_t reclaim() {
    std::size_t freed = 0;
    if (block.use == Block::moved) {
      block.use = Block::leaving;
      wait({{}, std::nullopt, false, true});
    }
    for (; !waiting.empty() && waiting.front().readers.empty(); ++freed) {
      if (waiting.front().keys) block = Block{};
      if (waiting.front().slot) free.push_back(*waiting.front().slot);
      waiting.pop_front();
    }
    return freed;
  }
};

template <class Tags>
Tag picked(const Tags& tags, std::uint32_t pick) {
  auto it = std::next(tags.begin(), pick % tags.size());
  if constexpr (requires { it->first; }) {
    return it->first;
  } else {
    return *it;
  }
}

}  // namespace jvpn
