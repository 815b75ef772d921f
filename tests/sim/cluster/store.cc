// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/cluster/store.h"

#include <utility>

namespace jvpn::sim {

void SharedStore::Handle::begin(const StoreTransaction& transaction) {
  store_.carry(node_, inbox_, transaction.ticket,
               [store = &store_, node = node_, transaction, sent = store_.world_.now()] {
                 return store->change(node, transaction, sent);
               });
}

void SharedStore::Handle::begin(const StoreRead& read) {
  store_.carry(node_, inbox_, read.ticket,
               [store = &store_, read] { return look_up(store->content_, read); });
}

std::vector<StoreReply> SharedStore::Handle::take_replies() {
  return std::exchange(inbox_->replies, {});
}

std::unique_ptr<SharedStore::Handle> SharedStore::connect(std::uint8_t node,
                                                          std::function<void()> wake) {
  std::unique_ptr<Handle> handle(new Handle(*this, node));
  handle->inbox_->wake = std::move(wake);
  return handle;
}

void SharedStore::set_partitioned(std::uint8_t node, bool partitioned) {
  if (partitioned) {
    partitioned_.insert(node);
  } else {
    partitioned_.erase(node);
  }
}

SharedStore::Fate SharedStore::draw_fate(std::uint8_t node) {
  if (partitioned_.contains(node)) return Fate::lost_before;
  if (!available_ || dice_.chance(weather_.unavailable)) return Fate::unavailable;
  if (dice_.chance(weather_.lost_before)) return Fate::lost_before;
  if (dice_.chance(weather_.lost_after)) return Fate::lost_after;
  if (dice_.chance(weather_.applied_late)) return Fate::applied_late;
  return Fate::answered;
}

void SharedStore::carry(std::uint8_t node, Inbox inbox, std::uint64_t ticket,
                        std::function<StoreReply()> question) {
  const Fate fate = draw_fate(node);
  const Duration there = delay();
  const Duration back = delay();
  const auto unheard = [question] { question(); };
  switch (fate) {
    case Fate::answered:
      return world_.in(there, [this, inbox, back, question] { deliver(inbox, back, question()); });
    case Fate::unavailable:
      return deliver(inbox, there, {ticket, StoreOutcome::unavailable, {}});
    case Fate::lost_after:
      world_.in(there, unheard);
      break;
    case Fate::applied_late:
      world_.in(weather_.timeout + dice_.between(0ms, 2 * weather_.timeout), unheard);
      break;
    case Fate::lost_before:
      break;
  }
  deliver(inbox, weather_.timeout, {ticket, StoreOutcome::unknown, {}});
}

void SharedStore::deliver(Inbox inbox, Duration delay, StoreReply reply) {
  world_.in(delay, [inbox, reply = std::move(reply)] {
    const auto alive = inbox.lock();
    if (!alive) return;
    alive->replies.push_back(reply);
    if (alive->wake) alive->wake();
  });
}

StoreReply SharedStore::change(std::uint8_t node, const StoreTransaction& transaction,
                               Instant sent) {
  StoreReply reply = apply(content_, transaction);
  if (watcher_ && reply.outcome == StoreOutcome::applied) watcher_(node, transaction, sent);
  return reply;
}

}  // namespace jvpn::sim
