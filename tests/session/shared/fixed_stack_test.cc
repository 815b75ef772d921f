// SPDX-License-Identifier: Apache-2.0
#include "session/shared/fixed_stack.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <vector>

namespace jvpn {
namespace {

TEST(FixedStack, AgreesWithAVector) {
  EXPECT_TRUE(rc::check([](const std::vector<bool>& pushes) {
    std::array<int, 5> memory{};
    FixedStack<int> stack(memory.data(), memory.size());
    std::vector<int> model;
    int next = 0;
    for (bool push : pushes) {
      if (push && model.size() < memory.size()) {
        stack.push(next);
        model.push_back(next++);
      } else if (!push && !stack.empty()) {
        RC_ASSERT(stack.top() == model.back());
        RC_ASSERT(stack.pop() == model.back());
        model.pop_back();
      }
      RC_ASSERT(stack.size() == model.size());
    }
  }));
}

TEST(FixedStackDeathTest, AbortsBeyondItsBounds) {
  std::array<int, 1> memory{};
  FixedStack<int> stack(memory.data(), memory.size());
  EXPECT_DEATH(stack.pop(), "has a top");
  stack.push(1);
  EXPECT_DEATH(stack.push(2), "as high as");
}

}  // namespace
}  // namespace jvpn
