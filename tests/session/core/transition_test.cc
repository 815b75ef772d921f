// SPDX-License-Identifier: Apache-2.0
#include "session/core/transition.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

namespace jvpn {
namespace {

using enum State;
using Pair = std::pair<State, Event>;
using Outcome = std::pair<State, Reason>;

constexpr State kAllStates[] = {birth, attached, volatile_, degraded, recovering, terminated};

/// docs/SESSION.md's table, written out a second time.
const std::map<Pair, Outcome>& expected() {
  static const std::map<Pair, Outcome> table = {
      {{birth, Event::confirmed}, {attached, Reason::attached_to_transport}},
      {{birth, Event::ended}, {terminated, Reason::none}},
      {{attached, Event::loss_high}, {volatile_, Reason::loss_threshold_exceeded}},
      {{attached, Event::drops_in_row}, {volatile_, Reason::consecutive_drop_exceeded}},
      {{attached, Event::evidence_late}, {volatile_, Reason::heartbeat_timeout}},
      {{attached, Event::latency_high}, {volatile_, Reason::latency_threshold_exceeded}},
      {{attached, Event::jump_proven}, {volatile_, Reason::peer_transport_changed}},
      {{attached, Event::owner_acquired}, {recovering, Reason::owner_acquired}},
      {{attached, Event::ended}, {terminated, Reason::none}},
      {{volatile_, Event::in_bounds}, {attached, Reason::health_recovered}},
      {{volatile_, Event::volatile_too_long}, {degraded, Reason::volatile_persisted}},
      {{volatile_, Event::transport_dead}, {recovering, Reason::dead_transport_recovery}},
      {{volatile_, Event::switch_begins}, {recovering, Reason::loss_recovery}},
      {{volatile_, Event::policy_forces}, {recovering, Reason::policy_forced_recovery}},
      {{volatile_, Event::owner_acquired}, {recovering, Reason::owner_acquired}},
      {{volatile_, Event::ended}, {terminated, Reason::none}},
      {{degraded, Event::in_bounds}, {attached, Reason::health_recovered}},
      {{degraded, Event::transport_dead}, {recovering, Reason::dead_transport_recovery}},
      {{degraded, Event::switch_begins}, {recovering, Reason::loss_recovery}},
      {{degraded, Event::policy_forces}, {recovering, Reason::policy_forced_recovery}},
      {{degraded, Event::retry}, {recovering, Reason::recovery_retry}},
      {{degraded, Event::owner_acquired}, {recovering, Reason::owner_acquired}},
      {{degraded, Event::ended}, {terminated, Reason::none}},
      {{recovering, Event::reattached}, {attached, Reason::reattach_success}},
      {{recovering, Event::denied}, {degraded, Reason::none}},
      {{recovering, Event::recovery_deadline}, {degraded, Reason::recovery_window_exceeded}},
      {{recovering, Event::recovery_deadline_end}, {terminated, Reason::recovery_window_exceeded}},
      {{recovering, Event::owner_acquired}, {recovering, Reason::owner_acquired}},
      {{recovering, Event::ended}, {terminated, Reason::none}},
  };
  return table;
}

std::string name(State state, Event event) {
  return std::string(to_string(state)) + " x " + std::string(to_string(event));
}

TEST(Transition, EveryPairOfStateAndEventDoesWhatTheTableSays) {
  for (State state : kAllStates) {
    for (std::size_t e = 0; e < kEventCount; ++e) {
      const auto event = static_cast<Event>(e);
      const auto got = next(state, event);
      const auto want = expected().find({state, event});
      if (want == expected().end()) {
        EXPECT_FALSE(got) << name(state, event);
        continue;
      }
      ASSERT_TRUE(got) << name(state, event);
      EXPECT_EQ(got->from, state);
      EXPECT_EQ(got->event, event);
      EXPECT_EQ(got->to, want->second.first) << name(state, event);
      EXPECT_EQ(got->reason, want->second.second) << name(state, event);
    }
  }
}

TEST(Transition, TheListHoldsExactlyTheDefinedPairs) {
  std::set<Pair> listed;
  for (const Transition& t : all_transitions()) {
    EXPECT_TRUE(listed.insert({t.from, t.event}).second) << name(t.from, t.event);
  }
  EXPECT_EQ(listed.size(), expected().size());
}

TEST(Transition, NothingLeavesTerminated) {
  for (std::size_t e = 0; e < kEventCount; ++e) {
    EXPECT_FALSE(next(terminated, static_cast<Event>(e)));
  }
}

TEST(Transition, EveryLiveStateCanEnd) {
  for (State state : kAllStates) {
    if (state == terminated) continue;
    EXPECT_EQ(next(state, Event::ended)->to, terminated);
  }
}

TEST(Transition, AProvenJumpRunsFromAttachedBackToAttachedInThreeSteps) {
  const auto first = next(attached, Event::jump_proven);
  ASSERT_TRUE(first);
  const auto second = next(first->to, Event::switch_begins);
  ASSERT_TRUE(second);
  const auto third = next(second->to, Event::reattached);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->to, attached);
}

TEST(Transition, RefusesNumbersThatAreNoStateOrEvent) {
  EXPECT_FALSE(next(static_cast<State>(6), Event::ended));
  EXPECT_FALSE(next(static_cast<State>(255), Event::ended));
  EXPECT_FALSE(next(attached, static_cast<Event>(kEventCount)));
  EXPECT_FALSE(next(attached, static_cast<Event>(255)));
}

TEST(Transition, StatesAndEventsHaveUniqueNames) {
  std::set<std::string_view> names;
  for (State state : kAllStates) EXPECT_TRUE(names.insert(to_string(state)).second);
  for (std::size_t e = 0; e < kEventCount; ++e) {
    EXPECT_TRUE(names.insert(to_string(static_cast<Event>(e))).second);
  }
  EXPECT_EQ(to_string(volatile_), "VOLATILE");
  EXPECT_EQ(to_string(static_cast<State>(9)), "UNKNOWN");
  EXPECT_EQ(to_string(Event::confirmed), "confirmed");
  EXPECT_EQ(to_string(Event::ended), "ended");
  EXPECT_EQ(to_string(static_cast<Event>(kEventCount)), "unknown_event");
}

}  // namespace
}  // namespace jvpn
