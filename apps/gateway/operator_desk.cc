// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/operator_desk.h"

namespace jvpn {

void DeskQueue::push(Waiting waiting) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(waiting));
}

std::size_t DeskQueue::serve(OperatorDesk& desk) {
  std::deque<Waiting> now;
  {
    const std::lock_guard lock(mutex_);
    now.swap(waiting_);
  }
  for (const Waiting& waiting : now) waiting(desk);
  return now.size();
}

}  // namespace jvpn
