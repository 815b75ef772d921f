// SPDX-License-Identifier: Apache-2.0
#include "apps/client/poller.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "apps/common/clock.h"

namespace jvpn::client {
namespace {

class PollerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto created = Poller::create();
    ASSERT_TRUE(created) << created.error().what;
    poller = std::make_unique<Poller>(std::move(*created));
    ASSERT_EQ(pipe(ends), 0);
    ASSERT_TRUE(poller->watch(ends[0], Poller::Source::socket, 5));
  }
  void TearDown() override {
    close(ends[0]);
    close(ends[1]);
  }
  void write_one() { ASSERT_EQ(write(ends[1], "x", 1), 1); }

  std::unique_ptr<Poller> poller;
  int ends[2] = {-1, -1};
};

TEST_F(PollerTest, WakesAtTheDeadlineAlsoOneThatHasPassed) {
  for (const Duration ahead : {Duration(5ms), Duration(-5ms)}) {
    const Instant deadline = boot_now() + ahead;
    const auto ready = poller->wait(deadline);
    ASSERT_EQ(ready.size(), 1u);
    EXPECT_EQ(ready[0].source, Poller::Source::timer);
    EXPECT_GE(boot_now(), deadline);
  }
}

TEST_F(PollerTest, SaysWhatIsReadyAndItsSlot) {
  write_one();
  const auto ready = poller->wait(Instant::never());
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].source, Poller::Source::socket);
  EXPECT_EQ(ready[0].slot, 5u);
}

TEST_F(PollerTest, LeavesAloneWhatIsNotWanted) {
  write_one();
  poller->set_wanted(ends[0], Poller::Source::socket, false);
  EXPECT_EQ(poller->wait(boot_now())[0].source, Poller::Source::timer);
  poller->set_wanted(ends[0], Poller::Source::socket, true);
  EXPECT_EQ(poller->wait(Instant::never())[0].source, Poller::Source::socket);
}

TEST_F(PollerTest, TakesSignalsInAheadOfAllElse) {
  write_one();
  raise(SIGTERM);
  const auto ready = poller->wait(Instant::never());
  ASSERT_EQ(ready.size(), 2u);
  EXPECT_EQ(ready[0].source, Poller::Source::signal);
  EXPECT_EQ(ready[1].source, Poller::Source::socket);
}

}  // namespace
}  // namespace jvpn::client
