// SPDX-License-Identifier: Apache-2.0
// How a member jumps, and what is timed while it does.
#include "benchmarks/churn/member.h"

namespace jvpn::churn {

void Member::start_jumping(Instant now) {
  jump_due_ = now + phase_of(stage_.options.jump_interval);
  stage_.set(index_, Alarm::jump, jump_due_);
}

/// Beyond what two programs on one machine can do, more jumps under way would only make each wait
/// for the others until its client gives up.
void Member::jump_by_interval(Instant now) {
  if (stage_.tally.jumping >= stage_.options.jumps_at_once) {
    ++stage_.tally.steady.put_off;
    return stage_.put_off.push_back(index_);
  }
  jump_due_ = std::max(jump_due_ + stage_.options.jump_interval, now);
  stage_.set(index_, Alarm::jump, jump_due_);
  jump(stage_.tally.steady, now, now);
}

bool Member::jump(JumpTimes& times, Instant ordered, Instant now) {
  ++times.ordered;
  if (!id_ || watch_ || dead_ || agent_.status().state != State::attached) {
    ++times.skipped;
    return false;
  }
  up_.expose();
  down_.expose();
  watch_.emplace(Watch{.times = times, .ordered = ordered, .first_number = up_.sent()});
  ++stage_.tally.jumping;
  if (stage_.options.data_interval > Duration::zero()) owed_ = std::max(owed_, 1u);
  const std::uint8_t bound = agent_.status().bound.path.value;
  if (stage_.options.death == Death::silent) {
    dead_ = bound;
  } else {
    swap_links(bound, now);
  }
  settle(now);
  return true;
}

void Member::swap_links(std::uint8_t dead, Instant now) {
  const auto other = static_cast<std::uint8_t>(1 - dead);
  generation_[other] = generation_[dead] + 1;
  agent_.on_path(PathId{dead}, {}, now, stage_.actions);
  agent_.on_path(PathId{other}, path_state(other), now, stage_.actions);
}

/// The path that died comes back, elsewhere.
void Member::revive(Instant now) {
  const std::uint8_t path = *dead_;
  dead_.reset();
  generation_[path] = generation_[1 - path] + 1;
  agent_.on_path(PathId{path}, path_state(path), now, stage_.actions);
}

void Member::on_attached(Instant now) {
  watch_->attached = true;
  --stage_.tally.jumping;
  if (watch_->noticed != Instant::never()) watch_->times.reattach.add(now - watch_->noticed);
  watch_->times.attached.add(now - watch_->ordered);
  if (watch_->answered || stage_.options.data_interval == Duration::zero()) watch_.reset();
}

/// The data that was held until the jump may overtake the answer to the jump itself.
void Member::on_answered(Instant now) {
  if (!std::exchange(watch_->answered, true)) watch_->times.gap.add(now - watch_->ordered);
  if (watch_->attached) watch_.reset();
}

}  // namespace jvpn::churn
