// SPDX-License-Identifier: Apache-2.0
// Any sequence of calls, held against a model made of standard containers.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>
#include <vector>

#include "session/shared/session_table_state.h"
#include "tests/session/shared/table_fixture.h"

namespace jvpn {
namespace {

constexpr TableShape kShape{.slots = 3, .readers = 2, .node = 9};

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
    look
  };
  static constexpr int kKinds = 10;
  int kind;
  std::uint32_t pick;
};

struct Model {
  struct Waiting {
    std::set<std::uint32_t> readers;  ///< who may still read it
    std::optional<std::uint32_t> slot;
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
  std::uint32_t number = 0;

  std::size_t replaced() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(waiting, [](const Waiting& w) { return !w.slot; }));
  }
  void wait(std::optional<std::uint32_t> slot) {
    Waiting item{{}, slot};
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
    for (; !waiting.empty() && waiting.front().readers.empty(); ++freed) {
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

class Pair {
 public:
  void call(const Call& call) {
    switch (call.kind) {
      case Call::reserve:
        return reserve(static_cast<std::uint8_t>(call.pick % 2));
      case Call::release:
        return release(call.pick);
      case Call::install:
        return install(call.pick);
      case Call::publish:
        return publish(call.pick);
      case Call::remove:
        return remove(call.pick);
      case Call::reclaim:
        RC_ASSERT(table_.reclaim() == model_.reclaim());
        return;
      case Call::quiescent:
        return quiescent(call.pick % 2);
      case Call::online:
        return online(call.pick % 2);
      case Call::offline:
        return offline(call.pick % 2);
      case Call::look:
        return look(call.pick % 2);
    }
  }

  void compare() const {
    RC_ASSERT(table_.free_slots() == model_.free.size());
    RC_ASSERT((table_.oldest_pending() == 0) == model_.waiting.empty());
    for (const auto& [tag, number] : model_.live) RC_ASSERT(number_of(*find(tag)) == number);
    for (Tag tag : model_.reserved) RC_ASSERT(find(tag) == nullptr);
    for (Tag tag : model_.dead) RC_ASSERT(find(tag) == nullptr);
    for (const Model::Reader& reader : model_.readers) {
      for (const auto& [snapshot, number] : reader.held) {
        RC_ASSERT(number_of(*snapshot) == number);
        RC_ASSERT(is_whole(*snapshot));
      }
    }
  }

 private:
  const Snapshot* find(Tag tag) const { return table_.find(tag, *table_.record(tag)); }

  void reserve(std::uint8_t worker) {
    const std::optional<Tag> tag = table_.reserve(worker);
    RC_ASSERT(tag.has_value() == !model_.free.empty());
    if (!tag) return;
    const std::uint32_t slot = model_.free.front();
    model_.free.pop_front();
    RC_ASSERT(*tag == (GatewayTag{kShape.node, worker, slot, model_.generation[slot]}.pack()));
    model_.reserved.insert(*tag);
  }
  void release(std::uint32_t pick) {
    if (model_.reserved.empty()) return;
    const Tag tag = picked(model_.reserved, pick);
    table_.release(tag);
    model_.reserved.erase(tag);
    model_.end(tag);
    model_.free.push_back(GatewayTag::unpack(tag).slot);
  }
  void install(std::uint32_t pick) {
    if (model_.reserved.empty()) return;
    const Tag tag = picked(model_.reserved, pick);
    table_.install(tag, keys_of(1, 2, 3), snapshot_of(++model_.number));
    model_.reserved.erase(tag);
    model_.live[tag] = model_.number;
  }
  void publish(std::uint32_t pick) {
    if (model_.live.empty()) return;
    const Tag tag = picked(model_.live, pick);
    const bool room = model_.replaced() < kShape.slots + kSpareSnapshots;
    RC_ASSERT(table_.publish(tag, snapshot_of(++model_.number)) == room);
    if (!room) return;
    model_.live[tag] = model_.number;
    model_.wait(std::nullopt);
  }
  void remove(std::uint32_t pick) {
    if (model_.live.empty()) return;
    const Tag tag = picked(model_.live, pick);
    table_.remove(tag);
    model_.live.erase(tag);
    model_.end(tag);
    model_.wait(GatewayTag::unpack(tag).slot);
  }
  void quiescent(std::uint32_t reader) {
    if (!model_.readers[reader].online) return;
    table_.quiescent(reader);
    model_.let_go(reader);
  }
  void online(std::uint32_t reader) {
    if (model_.readers[reader].online) return;
    table_.reader_online(reader);
    model_.readers[reader].online = true;
  }
  void offline(std::uint32_t reader) {
    if (!model_.readers[reader].online) return;
    table_.reader_offline(reader);
    model_.let_go(reader);
    model_.readers[reader].online = false;
  }
  void look(std::uint32_t reader) {
    if (!model_.readers[reader].online) return;
    for (const auto& [tag, number] : model_.live) {
      model_.readers[reader].held.emplace_back(find(tag), number);
    }
  }

  TableInMemory made_{kShape};
  SessionTable& table_ = made_.table;
  Model model_;
};

TEST(SessionTableModel, AnySequenceOfCallsBehavesAsTheModel) {
  const bool held = rc::check([] {
    const auto kinds = rc::gen::inRange(0, Call::kKinds);
    const auto calls =
        *rc::gen::scale(4.0, rc::gen::container<std::vector<std::pair<int, std::uint32_t>>>(
                                 rc::gen::pair(kinds, rc::gen::inRange<std::uint32_t>(0, 1000))));
    Pair pair;
    for (const auto& [kind, pick] : calls) {
      pair.call({kind, pick});
      pair.compare();
    }
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace jvpn
