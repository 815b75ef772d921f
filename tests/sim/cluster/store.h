// SPDX-License-Identifier: Apache-2.0
// One ownership store for all gateways of a simulated cluster, in virtual time: one truth, and for
// each gateway a handle that delays, loses answers, forgets questions and applies them when nobody
// expects it any more. A question is never applied twice.
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "control/memory_store.h"
#include "tests/sim/world/dice.h"
#include "tests/sim/world/virtual_time.h"

namespace jvpn::sim {

struct StoreWeather {
  Duration delay_min = std::chrono::microseconds(500);  ///< each way
  Duration delay_max = 2ms;
  Duration timeout = 500ms;  ///< after it an answer that did not come is `unknown`
  double unavailable = 0;    ///< refuses to take the question: surely not applied
  double lost_before = 0;    ///< the question is lost
  double lost_after = 0;     ///< applied, the answer is lost
  double applied_late = 0;   ///< applied long after `unknown` was said
};

class SharedStore {
 public:
  /// What one gateway holds. It may die while questions of it are under way: those that were sent
  /// are still carried out.
  class Handle final : public OwnershipStore {
   public:
    void begin(const StoreTransaction& transaction) override;
    void begin(const StoreRead& read) override;
    std::vector<StoreReply> take_replies() override;

   private:
    friend class SharedStore;
    struct Inbox {
      std::vector<StoreReply> replies;
      std::function<void()> wake;
    };
    Handle(SharedStore& store, std::uint8_t node) : store_(store), node_(node) {}

    SharedStore& store_;
    std::uint8_t node_;
    std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  };

  SharedStore(World& world, Dice& dice, StoreWeather weather)
      : world_(world), dice_(dice), weather_(weather) {}

  /// `wake` is called when replies are there to be taken. Never again once the handle is gone.
  std::unique_ptr<Handle> connect(std::uint8_t node, std::function<void()> wake);
  StoreWeather& weather() { return weather_; }
  /// Without a leader nobody is answered but by `unavailable`.
  void set_available(bool available) { available_ = available; }
  /// Nothing reaches the store from this node, or comes back: every answer is `unknown`.
  void set_partitioned(std::uint8_t node, bool partitioned);
  /// Sees each transaction that is applied, as it is applied: whose it is, and when it was sent.
  using Watcher = std::function<void(std::uint8_t node, const StoreTransaction&, Instant sent)>;
  void watch(Watcher watcher) { watcher_ = std::move(watcher); }
  const MemoryStore::Content& content() const { return content_; }

 private:
  using Inbox = std::weak_ptr<Handle::Inbox>;
  enum class Fate : std::uint8_t { answered, unavailable, lost_before, lost_after, applied_late };

  Fate draw_fate(std::uint8_t node);
  void carry(std::uint8_t node, Inbox inbox, std::uint64_t ticket,
             std::function<StoreReply()> question);
  void deliver(Inbox inbox, Duration delay, StoreReply reply);
  Duration delay() { return dice_.between(weather_.delay_min, weather_.delay_max); }
  StoreReply change(std::uint8_t node, const StoreTransaction& transaction, Instant sent);

  World& world_;
  Dice& dice_;
  StoreWeather weather_;
  MemoryStore::Content content_;
  bool available_ = true;
  std::set<std::uint8_t> partitioned_;
  Watcher watcher_;
};

}  // namespace jvpn::sim
