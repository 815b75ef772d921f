// SPDX-License-Identifier: Apache-2.0
// Which way of sleeping is taken, and that a sleeper sleeps as long as it says.
#include "dataplane/doze.h"

#include <gtest/gtest.h>
#include <rte_ethdev.h>

#include "rig.h"

namespace jvpn::test {
namespace {

Duration time_of(const auto& what) {
  const auto begin = std::chrono::steady_clock::now();
  what();
  return std::chrono::steady_clock::now() - begin;
}

TEST(Doze, PrefersInterruptsThenTheCpusMonitorThenNaps) {
  const PortDoze good{"net_tap0", "", true};
  const PortDoze deaf{"net_af_packet0", "Operation not supported", true};
  const PortDoze hidden{"net_ring0", "Operation not supported", false};
  EXPECT_EQ(choose_doze(std::vector{good, good}, false).by, DozeBy::interrupt);
  EXPECT_EQ(choose_doze(std::vector{good, deaf}, true).by, DozeBy::monitor);
  const DozePlan napping = choose_doze(std::vector{good, deaf}, false);
  EXPECT_EQ(napping.by, DozeBy::nap);
  EXPECT_EQ(napping.why,
            "net_af_packet0 has no rx interrupts: Operation not supported; this CPU cannot watch "
            "several queues");
  const DozePlan unseen = choose_doze(std::vector{deaf, hidden}, true);
  EXPECT_EQ(unseen.by, DozeBy::nap);
  EXPECT_NE(unseen.why.find("cannot watch net_ring0"), std::string::npos) << unseen.why;
}

TEST(Doze, ARingDeviceIsFoundToHaveNoInterrupts) {
  Rig rig(2);
  const std::vector<ProbedPort> ports{{"net_ring0", rig.facts.links[0].device, false}};
  const DozePlan plan = probe_doze(ports, 2);
  EXPECT_EQ(plan.by, DozeBy::nap);
  EXPECT_NE(plan.why.find("net_ring0 has no rx interrupts: Operation not supported"),
            std::string::npos);
  const auto bell = std::move(*Bell::create());
  EXPECT_FALSE(Doze::create(*bell, DozeBy::interrupt, {{rig.facts.links[0].device, 0}}));
}

TEST(Doze, NapsGetLongerOnlyWhenNothingHappens) {
  const auto bell = std::move(*Bell::create());
  const auto doze = std::move(*Doze::create(*bell, DozeBy::nap, {}));
  for (unsigned i = 0; i < Doze::kShortNaps; ++i) doze->wait(false);
  // The shortest of several: others run on this machine too, and nothing wakes us too soon.
  const auto shortest = [&](bool brief) {
    Duration least = 1s;
    for (int i = 0; i < 20; ++i) least = std::min(least, time_of([&] { doze->wait(brief); }));
    return least;
  };
  EXPECT_GE(shortest(false), Doze::kLongNap);
  EXPECT_LT(shortest(true), Doze::kLongNap);
  doze->stir();
  EXPECT_LT(shortest(false), Doze::kLongNap);
}

TEST(Doze, ItsBellEndsASleepAndOnlyThatOne) {
  const auto bell = std::move(*Bell::create());
  const auto doze = std::move(*Doze::create(*bell, DozeBy::nap, {}));
  for (unsigned i = 0; i < Doze::kShortNaps; ++i) doze->wait(false);
  Duration rung = 1s;
  for (int i = 0; i < 20; ++i) {
    doze->arm();
    bell->ring();
    rung = std::min(rung, time_of([&] { doze->wait(false); }));
    doze->disarm();
  }
  EXPECT_LT(rung, Doze::kLongNap);
  doze->arm();
  EXPECT_GE(time_of([&] { doze->wait(false); }), Doze::kLongNap);
}

TEST(Doze, AMonitorThatTheCpuDoesNotHaveIsANap) {
  const auto bell = std::move(*Bell::create());
  const auto doze = std::move(*Doze::create(*bell, DozeBy::monitor, {}));
  Duration least = 1s;
  for (int i = 0; i < 20; ++i) least = std::min(least, time_of([&] { doze->wait(false); }));
  EXPECT_GE(least, Doze::kNap);
}

}  // namespace
}  // namespace jvpn::test
