// SPDX-License-Identifier: Apache-2.0
#include "control/rotating_key.h"

#include <gtest/gtest.h>

#include "tests/control/gateway_fixture.h"

namespace jvpn::test {
namespace {

TEST(RotatingKey, ForgetsTheKeyBeforeTheLast) {
  SeededRandom random(1);
  RotatingKey keys(random, 20s);
  Instant now{5};
  keys.rotate(now);
  const Key32 first = keys.current().clone();
  keys.rotate(now + 19'999ms);
  EXPECT_TRUE(keys.current().equals(first));
  keys.rotate(now + 20s);
  EXPECT_FALSE(keys.current().equals(first));
  EXPECT_TRUE(keys.keys()[1]->equals(first));
  keys.rotate(now + 40s);
  EXPECT_FALSE(keys.keys()[1]->equals(first));
}

TEST(RotatingKey, ForgetsBothAfterALongIdleTime) {
  SeededRandom random(1);
  RotatingKey keys(random, 20s);
  keys.rotate(Instant{0});
  const Key32 first = keys.current().clone();
  keys.rotate(Instant{0} + 40s);
  EXPECT_FALSE(keys.keys()[1]->equals(first));
}

}  // namespace
}  // namespace jvpn::test
