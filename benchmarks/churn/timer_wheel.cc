// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace jvpn::churn {
namespace {

std::int64_t tick_before(Instant at) {
  return at.ns / TimerWheel::kTick.count();
}

}  // namespace

TimerWheel::TimerWheel(std::size_t count, Instant now)
    : timers_(count), heads_(kSlots, kNone), taken_(kSlots / 64), tick_(tick_before(now)) {}

void TimerWheel::mark(std::uint32_t slot) {
  const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
  std::uint64_t& word = taken_[slot / 64];
  word = heads_[slot] == kNone ? word & ~bit : word | bit;
}

void TimerWheel::insert(std::uint32_t timer) {
  Timer& one = timers_[timer];
  const std::int64_t wanted = tick_before(one.at + (kTick - Duration(1)));
  const std::int64_t tick = std::clamp(wanted, tick_ + 1, tick_ + kSlots - 1);
  one.slot = static_cast<std::uint32_t>(tick % kSlots);
  one.before = kNone;
  one.after = heads_[one.slot];
  if (one.after != kNone) timers_[one.after].before = timer;
  heads_[one.slot] = timer;
  mark(one.slot);
}

void TimerWheel::remove(std::uint32_t timer) {
  Timer& one = timers_[timer];
  if (one.before != kNone) timers_[one.before].after = one.after;
  if (one.after != kNone) timers_[one.after].before = one.before;
  if (heads_[one.slot] == timer) heads_[one.slot] = one.after;
  mark(one.slot);
  one.slot = kNone;
}

void TimerWheel::set(std::uint32_t timer, Instant at) {
  Timer& one = timers_[timer];
  if (one.slot != kNone && one.at == at) return;
  if (one.slot != kNone) remove(timer);
  one.at = at;
  if (at != Instant::never()) insert(timer);
}

void TimerWheel::expire(Instant now, const std::function<void(std::uint32_t)>& fire) {
  const std::int64_t until = tick_before(now);
  while (tick_ < until) {
    ++tick_;
    const auto slot = static_cast<std::uint32_t>(tick_ % kSlots);
    // Whatever is inserted meanwhile lies at least one tick ahead, so this list only gets shorter.
    while (heads_[slot] != kNone) {
      const std::uint32_t timer = heads_[slot];
      remove(timer);
      if (timers_[timer].at.ns <= tick_ * kTick.count()) {
        fire(timer);
      } else {
        insert(timer);  // it was too far away
      }
    }
  }
}

Instant TimerWheel::next() const {
  for (std::int64_t ahead = 1; ahead <= kSlots;) {
    const std::int64_t slot = (tick_ + ahead) % kSlots;
    const std::uint64_t rest = taken_[static_cast<std::size_t>(slot / 64)] >> (slot % 64);
    if (rest != 0) return Instant{(tick_ + ahead + std::countr_zero(rest)) * kTick.count()};
    ahead += 64 - slot % 64;
  }
  return Instant::never();
}

}  // namespace jvpn::churn
