// SPDX-License-Identifier: Apache-2.0
#include "session/shared/fixed_queue.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <deque>
#include <vector>

#include "session/shared/arena.h"

namespace jvpn {
namespace {

TEST(FixedQueue, AgreesWithADeque) {
  EXPECT_TRUE(rc::check([](const std::vector<bool>& pushes) {
    std::array<int, 5> memory{};
    FixedQueue<int> queue(memory.data(), memory.size());
    std::deque<int> model;
    int next = 0;
    for (bool push : pushes) {
      if (push && !queue.full()) {
        queue.push(next);
        model.push_back(next++);
      } else if (!push && !queue.empty()) {
        RC_ASSERT(queue.front() == model.front());
        RC_ASSERT(queue.pop() == model.front());
        model.pop_front();
      }
      RC_ASSERT(queue.size() == model.size());
      RC_ASSERT(queue.full() == (model.size() == memory.size()));
    }
  }));
}

TEST(FixedQueueDeathTest, AbortsBeyondItsBounds) {
  std::array<int, 1> memory{};
  FixedQueue<int> queue(memory.data(), memory.size());
  EXPECT_DEATH(queue.pop(), "first one");
  queue.push(1);
  EXPECT_DEATH(queue.push(2), "as long as");
}

TEST(Arena, CountsWhatItWouldHandOut) {
  alignas(kCacheLine) std::array<std::uint8_t, 4 * kCacheLine> memory{};
  Arena counting;
  Arena real(memory.data());
  EXPECT_EQ(counting.take<std::uint32_t>(17), nullptr);  // 68 bytes: two lines
  EXPECT_EQ(counting.take_bytes(1), nullptr);
  EXPECT_EQ(real.take_bytes(68), memory.data());
  EXPECT_EQ(real.take_bytes(1), memory.data() + 2 * kCacheLine);
  EXPECT_EQ(counting.used(), 3 * kCacheLine);
  EXPECT_EQ(real.used(), counting.used());
}

TEST(Arena, FitsOnlyAlignedMemoryThatIsLongEnough) {
  alignas(kCacheLine) std::array<std::uint8_t, 2 * kCacheLine> memory{};
  EXPECT_TRUE(fits(memory, 128));
  EXPECT_FALSE(fits(memory, 129));
  EXPECT_FALSE(fits(std::span(memory).subspan(1), 64));
}

}  // namespace
}  // namespace jvpn
