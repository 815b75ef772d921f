// SPDX-License-Identifier: Apache-2.0
// What each phase of a run does in a turn, and what leads from one to the next.
#include <algorithm>

#include "apps/common/clock.h"
#include "benchmarks/churn/conductor.h"

namespace jvpn::churn {
namespace {

constexpr Duration kCalm = 2s;         ///< after births and storms
constexpr Duration kDrain = 1s;        ///< what is still on its way arrives
constexpr Duration kStormLimit = 15s;  ///< and kJumpLimit each: then the rest is unfinished
constexpr Duration kJumpLimit = std::chrono::microseconds(400);
constexpr Duration kBirthSilence = 20s;  ///< no birth for so long: give up
constexpr Duration kEndLimit = 20s;
constexpr std::uint32_t kPortion = 16;  ///< sessions begun, moved or ended in one turn
constexpr std::uint64_t kEndsAtOnce = 256;

}  // namespace

void Conductor::work() {
  const Duration passed = now_ - began_;
  switch (phase_) {
    case Phase::births:
      return work_births();
    case Phase::calm:
      return passed >= kCalm ? enter(after_calm()) : void();
    case Phase::storm:
      return work_storm();
    case Phase::steady:
      if (passed < std::chrono::duration<double>(stage_.options.seconds)) return;
      return enter(Phase::drain);
    case Phase::drain:
      return passed >= kDrain ? enter(Phase::ends) : void();
    case Phase::ends:
      return work_ends();
    case Phase::done:
      return;
  }
}

void Conductor::work_births() {
  const Options& options = stage_.options;
  const double seconds = std::chrono::duration<double>(now_ - began_).count();
  std::uint64_t most = options.births_per_s > 0
                           ? static_cast<std::uint64_t>(seconds * options.births_per_s) + 1
                           : members_.size();
  most = std::min({most, stage_.tally.births + options.births_at_once,
                   std::uint64_t{cursor_} + kPortion, std::uint64_t{members_.size()}});
  while (cursor_ < most) {
    members_[cursor_] = std::make_unique<Member>(cursor_, stage_);
    members_[cursor_]->begin(boot_now());
    watched_at_ = now_;
    ++cursor_;
  }
  const bool hopeless = now_ - watched_at_ > kBirthSilence;
  if (stage_.tally.attached < members_.size() && !hopeless) return;
  finish_stretch(results_.births);
  enter(hopeless ? Phase::ends : Phase::calm);
}

Conductor::Phase Conductor::after_calm() const {
  return results_.storms.size() < stage_.options.storms ? Phase::storm : Phase::steady;
}

void Conductor::work_storm() {
  Storm& storm = *results_.storms.back();
  const auto end = std::min(cursor_ + kPortion, stage_.options.who.count);
  for (; cursor_ < end; ++cursor_) {
    if (members_[cursor_]) members_[cursor_]->jump(storm.times, began_, boot_now());
  }
  const bool over = cursor_ == members_.size() && stage_.tally.jumping == 0;
  if (!over && now_ - began_ < kStormLimit + kJumpLimit * members_.size()) return;
  finish_stretch(storm.stretch);
  storm.unfinished = stage_.tally.jumping;
  enter(Phase::calm);
}

void Conductor::work_ends() {
  for (std::uint32_t i = 0; i < kPortion && cursor_ < members_.size(); ++i, ++cursor_) {
    if (stage_.tally.open + cursor_ > members_.size() + kEndsAtOnce) break;
    if (members_[cursor_]) members_[cursor_]->end(boot_now());
  }
  const bool over = cursor_ == members_.size() && stage_.tally.open == 0;
  if (over || now_ - began_ > kEndLimit) enter(Phase::done);
}

void Conductor::begin_stretch(Stretch& stretch) const {
  stretch.before = gateway_.read();
  stretch.own_before = own_time();
}

void Conductor::finish_stretch(Stretch& stretch) const {
  stretch.wall = now_ - began_;
  stretch.after = gateway_.read();
  stretch.own_after = own_time();
}

void Conductor::enter(Phase phase) {
  if (phase_ == Phase::steady) {
    finish_stretch(results_.steady);
  }
  phase_ = phase;
  began_ = watched_at_ = now_;
  cursor_ = 0;
  switch (phase) {
    case Phase::births:
      begin_stretch(results_.births);
      break;
    case Phase::storm:
      results_.storms.push_back(std::make_unique<Storm>());
      begin_stretch(results_.storms.back()->stretch);
      break;
    case Phase::steady:
      begin_stretch(results_.steady);
      if (stage_.options.jump_interval == Duration::zero()) break;
      for (const auto& member : members_) member->start_jumping(now_);
      break;
    case Phase::drain:
      stage_.data_flows = false;
      stage_.put_off.clear();
      for (std::uint32_t i = 0; i < members_.size(); ++i) {
        stage_.set(i, Alarm::jump, Instant::never());
      }
      break;
    case Phase::ends:
      results_.unfinished_jumps = stage_.tally.jumping;
      results_.unborn = members_.size() - stage_.tally.attached;
      stage_.sessions_end = true;
      break;
    case Phase::calm:
    case Phase::done:
      break;
  }
}

void Conductor::watch_memory() {
  if (phase_ != Phase::steady || now_ - watched_at_ < 1s) return;
  watched_at_ = now_;
  results_.rss_kib_max = std::max(results_.rss_kib_max, gateway_.read().rss_kib);
}

}  // namespace jvpn::churn
