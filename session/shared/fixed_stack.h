// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <type_traits>

#include "base/ensure.h"

namespace jvpn {

/// Last in, first out, over `capacity` elements of the caller's memory. One thread.
template <class T>
requires std::is_trivially_copyable_v<T>
class FixedStack {
 public:
  FixedStack() = default;
  FixedStack(T* memory, std::size_t capacity) : memory_(memory), capacity_(capacity) {}

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  void push(const T& element) {
    ensure(size_ < capacity_, "a fixed stack is as high as there are elements to put on it");
    memory_[size_++] = element;
  }
  const T& top() const {
    ensure(!empty(), "only a stack with elements has a top");
    return memory_[size_ - 1];
  }
  T pop() {
    const T element = top();
    --size_;
    return element;
  }

 private:
  T* memory_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace jvpn
