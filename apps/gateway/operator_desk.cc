// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/operator_desk.h"

namespace jvpn {

void DeskQueue::push(Waiting waiting) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      waiting_.push_back(std::move(waiting));
      return;
    }
  }
  waiting(nullptr);
}

std::deque<DeskQueue::Waiting> DeskQueue::take_all() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

std::size_t DeskQueue::serve(OperatorDesk& desk) {
  const std::deque<Waiting> now = take_all();
  for (const Waiting& waiting : now) waiting(&desk);
  return now.size();
}

void DeskQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  for (const Waiting& waiting : take_all()) waiting(nullptr);
}

}  // namespace jvpn
