// SPDX-License-Identifier: Apache-2.0
// Real threads on one table. Most worth under ThreadSanitizer, which turns a missing order between
// the planes into a report.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "tests/session/shared/table_fixture.h"

namespace jvpn {
namespace {

constexpr std::uint32_t kSlots = 8;
constexpr std::uint32_t kWorkers = 2;

/// Keys and snapshot of a session carry its tag, so that a worker can tell a mix.
SessionKeys keys_for(Tag tag) {
  SessionKeys keys = keys_of(1, 2, 3);
  const Bytes<7> wire = tag.to_wire();
  std::ranges::copy(wire, keys.uplink.schedule.begin());
  std::ranges::copy(wire, keys.downlink.schedule.end() - 7);
  return keys;
}
Snapshot snapshot_for(Tag tag, std::uint32_t number) {
  Snapshot snapshot = snapshot_of(number);
  snapshot.view.client_tag = tag;
  return snapshot;
}
bool keys_are_of(const TableRecord& record, Tag tag) {
  const Bytes<7> wire = tag.to_wire();
  return std::ranges::equal(wire, std::span(record.uplink_key.schedule).first(7)) &&
         std::ranges::equal(wire, std::span(record.downlink_key.schedule).last(7));
}
bool is_key_of(const AeadKey& key, Tag tag) {
  const Bytes<7> wire = tag.to_wire();
  return std::ranges::equal(wire, std::span(key.schedule).first(7)) ||
         std::ranges::equal(wire, std::span(key.schedule).last(7));
}

/// What travels on the wire in life: control tells tags, workers use them, however old.
using Wire = std::array<std::atomic<std::uint64_t>, kSlots>;

struct Worker {
  SessionTable& table;
  const Wire& wire;
  std::uint32_t reader;
  const std::atomic<bool>& stop;
  std::atomic<std::uint64_t> found{0};
  std::atomic<std::uint64_t> broken{0};
  std::atomic<std::uint64_t> rekeyed{0};  ///< packets sealed under a staged key

  bool has_seen_enough() const { return found != 0 && rekeyed != 0; }

  void run() {
    table.reader_online(reader);
    for (std::uint32_t turn = 1; !stop.load(std::memory_order_relaxed); ++turn) {
      for (const auto& tag : wire) look(Tag(tag.load(std::memory_order_relaxed)));
      table.move_retired(reader);
      table.quiescent(reader);
      if (turn % 16 == 0) {
        table.reader_offline(reader);
        std::this_thread::yield();
        table.reader_online(reader);
      }
    }
    table.reader_offline(reader);
  }

  void look(Tag tag) {
    TableRecord* record = table.record(tag);
    if (record == nullptr) return;
    const Snapshot* snapshot = table.find(tag);
    if (snapshot == nullptr) return;
    ++found;
    if (!is_whole(*snapshot) || snapshot->view.client_tag != tag) ++broken;
    // Only the owner may look at keys: they are its own once they are published.
    if (GatewayTag::unpack(tag).worker == reader) use(*record, snapshot->view, tag);
  }

  /// As the owner: everything that only the owner writes, under whichever key is due.
  void use(TableRecord& record, const SessionView& view, Tag tag) {
    if (!keys_are_of(record, tag)) ++broken;
    const SealingKey sealing = sealing_key(record, view);
    const std::uint32_t epoch = sealing.use->key_epoch.load(std::memory_order_relaxed);
    const OpeningKey opening = opening_key(record, epoch & 0xf);
    if (opening.use == nullptr) return;  // control dropped the staged keys between the two looks
    if (!is_key_of(*sealing.key, tag) || !is_key_of(*opening.key, tag)) ++broken;
    const std::uint64_t counter = sealing.use->next_counter.load(std::memory_order_relaxed);
    sealing.use->next_counter.store(counter + 1, std::memory_order_relaxed);
    // A new key starts both at zero, and they move together.
    if (opening.use->replay.next() != counter) ++broken;
    if (opening.use->replay.mark(Counter{counter}) != Freshness::fresh) ++broken;
    rekeyed += sealing.key != &record.downlink_key;
    // As if the client had used the next key: sealing follows.
    const OpeningKey next = opening_key(record, (epoch + 1) & 0xf);
    if (next.use != nullptr) next.use->blocks.store(1, std::memory_order_relaxed);
  }
};

class Control {
 public:
  Control(SessionTable& table, Wire& wire) : table_(table), wire_(wire) {}

  void step() {
    std::optional<Tag>& tag = tags_[random_() % kSlots];
    if (!tag) {
      tag = table_.reserve(static_cast<std::uint8_t>(random_() % kWorkers));
      if (tag) table_.install(*tag, keys_for(*tag), snapshot_for(*tag, ++number_));
    } else if (random_() % 2 == 0) {
      rekey(*tag);
    } else if (random_() % 4 == 0) {
      table_.remove(*tag);
      staged_.erase(*tag);
      tag.reset();
    } else if (!table_.publish(*tag, snapshot_for(*tag, ++number_))) {
      std::this_thread::yield();
    }
    if (tag) {
      wire_[GatewayTag::unpack(*tag).slot].store(tag->value(), std::memory_order_relaxed);
      table_.sample(*tag);
    }
    table_.reclaim();
  }
  /// The next step of this session's rekey, as far as it may be taken now.
  void rekey(Tag tag) {
    if (!staged_.contains(tag)) {
      if (!table_.reserve_keys(tag)) return;
      const KeyEpoch next{table_.sample(tag)->key_epoch.value + 1};
      table_.stage_keys(tag, next, keys_for(tag));
      staged_.insert(tag);
      return;
    }
    random_() % 4 == 0 ? table_.drop_keys(tag) : table_.retire_keys(tag);
    staged_.erase(tag);
  }
  void end() {
    for (std::optional<Tag>& tag : tags_) {
      if (tag) table_.remove(*tag);
    }
  }

 private:
  SessionTable& table_;
  Wire& wire_;
  std::array<std::optional<Tag>, kSlots> tags_;
  std::mt19937 random_{42};
  std::uint32_t number_ = 0;
  std::set<Tag> staged_;
};

TEST(SessionTableThreads, WorkersSeeWholeSessionsWhileControlReplacesAndRemovesThem) {
  TableInMemory made{TableShape{.slots = kSlots, .readers = kWorkers, .node = 3}};
  Wire wire{};
  std::atomic<bool> stop{false};
  std::array<Worker, kWorkers> workers{{{made.table, wire, 0, stop}, {made.table, wire, 1, stop}}};
  std::vector<std::thread> threads;
  for (Worker& worker : workers) threads.emplace_back([&worker] { worker.run(); });

  Control control(made.table, wire);
  // On a busy machine a worker may not get a turn for long.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  const auto must_go_on = [&] {
    return !std::ranges::all_of(workers, &Worker::has_seen_enough) &&
           std::chrono::steady_clock::now() < patience;
  };
  for (int i = 0; i < 40'000 || must_go_on(); ++i) {
    control.step();
    if (i % 64 == 0) std::this_thread::yield();
  }
  control.end();
  stop.store(true, std::memory_order_relaxed);
  for (std::thread& thread : threads) thread.join();

  for (const Worker& worker : workers) {
    EXPECT_EQ(worker.broken, 0u);
    EXPECT_GT(worker.found, 0u);
    EXPECT_GT(worker.rekeyed, 0u);
  }
  for (std::uint32_t reader = 0; reader < kWorkers; ++reader) made.table.move_retired(reader);
  made.table.reclaim();
  EXPECT_EQ(made.table.free_slots(), kSlots);
  EXPECT_EQ(made.table.oldest_pending(), 0u);
}

}  // namespace
}  // namespace jvpn
