// SPDX-License-Identifier: Apache-2.0
// Any sequence of calls, held against a model made of standard containers.
#include "tests/session/shared/session_table_model.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/session/shared/table_fixture.h"

namespace jvpn {
namespace {

constexpr TableShape kShape{.slots = 3, .readers = 2, .node = 9};  // one key block

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
      case Call::reserve_keys:
        return reserve_keys(call.pick);
      case Call::stage_keys:
        return stage_keys();
      case Call::retire_keys:
        return retire_keys();
      case Call::drop_keys:
        return drop_keys();
      case Call::move_retired:
        return move_retired(call.pick % 2);
    }
  }

  void compare() const {
    RC_ASSERT(table_.free_slots() == model_.free.size());
    RC_ASSERT((table_.oldest_pending() == 0) == model_.waiting.empty());
    for (const auto& [tag, number] : model_.live) RC_ASSERT(number_of(*find(tag)) == number);
    for (Tag tag : model_.reserved) RC_ASSERT(find(tag) == nullptr);
    for (Tag tag : model_.dead) RC_ASSERT(find(tag) == nullptr);
    for (const auto& [tag, epoch] : model_.epochs) compare_keys(tag, epoch);
    RC_ASSERT(table_.free_key_blocks() == (model_.block.use == Model::Block::free ? 1u : 0u));
    for (const Model::Reader& reader : model_.readers) {
      for (const auto& [snapshot, number] : reader.held) {
        RC_ASSERT(number_of(*snapshot) == number);
        RC_ASSERT(is_whole(*snapshot));
      }
    }
  }

 private:
  const Snapshot* find(Tag tag) const { return table_.find(tag); }

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
    const std::uint32_t epoch = ++model_.number;
    table_.install(tag, keys_for(epoch), snapshot_of(epoch));
    model_.reserved.erase(tag);
    model_.live[tag] = model_.number;
    model_.epochs[tag] = epoch;
  }
  void publish(std::uint32_t pick) {
    if (model_.live.empty()) return;
    const Tag tag = picked(model_.live, pick);
    const bool room = model_.replaced() < kShape.slots + kSpareSnapshots;
    RC_ASSERT(table_.publish(tag, snapshot_of(++model_.number)) == room);
    if (!room) return;
    model_.live[tag] = model_.number;
    model_.wait({{}, std::nullopt});
  }
  void remove(std::uint32_t pick) {
    if (model_.live.empty()) return;
    const Tag tag = picked(model_.live, pick);
    table_.remove(tag);
    model_.live.erase(tag);
    model_.epochs.erase(tag);
    model_.end(tag);
    Model::Block& block = model_.block;
    const bool has_block = block.use != Model::Block::free && block.tag == tag;
    const bool leaves = has_block && block.use == Model::Block::staged;
    if (leaves) block.use = Model::Block::leaving;
    if (has_block && block.use == Model::Block::reserved) block = Model::Block{};
    if (has_block) block.with_session = false;
    model_.wait({{}, GatewayTag::unpack(tag).slot, true, leaves});
  }

  // ---- keys ----------------------------------------------------------------------------------

  /// Both keys of an epoch carry it.
  static SessionKeys keys_for(std::uint32_t epoch) {
    const auto fill = static_cast<std::uint8_t>(epoch);
    return keys_of(fill, fill, 3);
  }
  static std::uint8_t fill_of(const AeadKey& key) { return key.schedule[0]; }

  void compare_keys(Tag tag, std::uint32_t epoch) const {
    TableRecord& record = *table_.record(tag);
    RC_ASSERT(table_.sample(tag)->key_epoch.value == epoch);
    const OpeningKey own = opening_key(record, epoch & 0xf);
    RC_ASSERT(fill_of(*own.key) == static_cast<std::uint8_t>(epoch));
    const Model::Block& block = model_.block;
    const bool two = block.tag == tag &&
                     (block.use == Model::Block::staged || block.use == Model::Block::retiring);
    const OpeningKey next = opening_key(record, (epoch + 1) & 0xf);
    RC_ASSERT((next.key != nullptr) == two);
    if (two) RC_ASSERT(fill_of(*next.key) == static_cast<std::uint8_t>(epoch + 1));
    // Nothing was opened: sealing follows the published view.
    const SessionView& view = table_.find(tag)->view;
    const bool goes_ahead = two && view.key_epoch.value == epoch + 1;
    const std::uint32_t seals = goes_ahead ? epoch + 1 : epoch;
    const SealingKey sealing = sealing_key(record, view);
    RC_ASSERT(sealing.use->key_epoch == seals);
    RC_ASSERT(fill_of(*sealing.key) == static_cast<std::uint8_t>(seals));
  }
  void reserve_keys(std::uint32_t pick) {
    if (model_.live.empty()) return;
    const Tag tag = picked(model_.live, pick);
    Model::Block& block = model_.block;
    const bool again = block.use == Model::Block::reserved && block.tag == tag;
    const bool room = block.use == Model::Block::free || again;
    RC_ASSERT(table_.reserve_keys(tag) == room);
    if (room) block = {Model::Block::reserved, tag, 0, true};
  }
  void stage_keys() {
    Model::Block& block = model_.block;
    if (block.use != Model::Block::reserved) return;
    block.use = Model::Block::staged;
    block.epoch = model_.epochs.at(block.tag) + 1;
    table_.stage_keys(block.tag, KeyEpoch{block.epoch}, keys_for(block.epoch));
  }
  void retire_keys() {
    Model::Block& block = model_.block;
    if (block.use != Model::Block::staged) return;
    block.use = Model::Block::retiring;
    table_.retire_keys(block.tag);
  }
  void drop_keys() {
    Model::Block& block = model_.block;
    if (block.use != Model::Block::reserved && block.use != Model::Block::staged) return;
    table_.drop_keys(block.tag);
    if (block.use == Model::Block::reserved) {
      block = Model::Block{};
      return;
    }
    block.use = Model::Block::leaving;
    model_.wait({{}, std::nullopt, false, true});
  }
  void move_retired(std::uint32_t reader) {
    table_.move_retired(reader);
    Model::Block& block = model_.block;
    const bool its = GatewayTag::unpack(block.tag).worker == reader;
    if (block.use != Model::Block::retiring || !its) return;
    block.use = Model::Block::moved;
    if (block.with_session) model_.epochs.at(block.tag) = block.epoch;
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
