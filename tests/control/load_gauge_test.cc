// SPDX-License-Identifier: Apache-2.0
#include "control/load_gauge.h"

#include <gtest/gtest.h>

namespace jvpn::test {
namespace {

TEST(LoadGauge, GoesOnAtOnceAndOffAfterASecondOfCalm) {
  LoadGauge load;
  const Instant start{1'000'000'000};
  load.note(20ms, start);
  EXPECT_FALSE(load.is_loaded());
  load.note(21ms, start);
  EXPECT_TRUE(load.is_loaded());
  load.note(1ms, start + 1s);
  load.note(1ms, start + 1999ms);
  EXPECT_TRUE(load.is_loaded());
  load.note(15ms, start + 2s);
  load.note(1ms, start + 2100ms);
  load.note(1ms, start + 3099ms);
  EXPECT_TRUE(load.is_loaded());
  load.note(1ms, start + 3100ms);
  EXPECT_FALSE(load.is_loaded());
}

}  // namespace
}  // namespace jvpn::test
