// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <type_traits>

#include "base/ensure.h"

namespace jvpn {

/// First in, first out, over `capacity` elements of the caller's memory. One thread.
template <class T>
requires std::is_trivially_copyable_v<T>
class FixedQueue {
 public:
  FixedQueue() = default;
  FixedQueue(T* memory, std::size_t capacity) : memory_(memory), capacity_(capacity) {}

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == capacity_; }

  void push(const T& element) {
    ensure(!full(), "a fixed queue is as long as there are elements to put in it");
    memory_[wrap(first_ + size_)] = element;
    ++size_;
  }
  const T& front() const {
    ensure(!empty(), "only a queue with elements has a first one");
    return memory_[first_];
  }
  T pop() {
    const T element = front();
    first_ = wrap(first_ + 1);
    --size_;
    return element;
  }

 private:
  std::size_t wrap(std::size_t index) const {
    return index < capacity_ ? index : index - capacity_;
  }

  T* memory_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace jvpn
