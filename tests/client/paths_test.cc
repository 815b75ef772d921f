// SPDX-License-Identifier: Apache-2.0
#include "client/paths.h"

#include <gtest/gtest.h>

namespace jvpn::client {
namespace {

using std::chrono_literals::operator""min;

constexpr PathId kFirst{0};
constexpr PathId kSecond{1};
constexpr PathId kThird{2};

class PathsTest : public ::testing::Test {
 protected:
  static PathState v4(const char* address) { return {true, *parse_address(address), {}}; }
  static PathState v6(const char* address) { return {true, {}, *parse_address(address)}; }
  std::optional<PathId> selected(std::optional<PathId> other_than = {}) {
    const auto route = paths.select(now, other_than);
    return route ? std::optional(route->path) : std::nullopt;
  }

  Instant now{1};
  Paths paths{3, {*parse_endpoint("203.0.113.1:1"), *parse_endpoint("[2001:db8::1]:2")}};
};

TEST_F(PathsTest, HasNothingToOfferBeforeAPathIsUp) {
  EXPECT_FALSE(selected());
  EXPECT_EQ(paths.usable_count(), 0u);
  PathState down = v4("192.0.2.1");
  down.up = false;
  paths.update(kFirst, down);
  paths.update(kSecond, PathState{true, {}, {}});
  EXPECT_FALSE(selected());
}

TEST_F(PathsTest, PrefersTheLowestPathId) {
  paths.update(kThird, v4("192.0.2.3"));
  paths.update(kSecond, v4("192.0.2.2"));
  EXPECT_EQ(selected(), kSecond);
  paths.update(kFirst, v4("192.0.2.1"));
  EXPECT_EQ(selected(), kFirst);
}

TEST_F(PathsTest, AvoidsAPathThatFailedWhileThereIsAnother) {
  paths.update(kFirst, v4("192.0.2.1"));
  paths.update(kSecond, v4("192.0.2.2"));
  paths.avoid(kFirst, now + 5s);
  EXPECT_EQ(selected(), kSecond);
  paths.avoid(kSecond, now + 9s);
  EXPECT_EQ(selected(), kFirst) << "both failed: the one whose time is over first";
  now = now + 5s;
  EXPECT_EQ(selected(), kFirst);
}

TEST_F(PathsTest, ReturnsToThePathLeftOnlyWhenThereIsNoOther) {
  paths.update(kFirst, v4("192.0.2.1"));
  EXPECT_EQ(selected(kFirst), kFirst);
  paths.update(kSecond, v4("192.0.2.2"));
  paths.avoid(kSecond, now + 5s);
  EXPECT_EQ(selected(kFirst), kSecond);
}

TEST_F(PathsTest, TakesTheEndpointOfAFamilyThatThePathHas) {
  paths.update(kFirst, v6("2001:db8:a::2"));
  EXPECT_EQ(to_string(paths.route(kFirst)->gateway), "[2001:db8::1]:2");
  PathState both = v4("192.0.2.1");
  both.v6 = *parse_address("2001:db8:a::2");
  paths.update(kFirst, both);
  EXPECT_EQ(to_string(paths.route(kFirst)->gateway), "203.0.113.1:1") << "the first endpoint wins";
}

TEST_F(PathsTest, ListsEachEndpointByEachPathThatHasItsFamily) {
  PathState both = v4("192.0.2.1");
  both.v6 = *parse_address("2001:db8:a::2");
  paths.update(kFirst, both);
  paths.update(kThird, v4("192.0.2.3"));
  const auto routes = paths.routes();
  ASSERT_EQ(routes.size(), 3u);
  EXPECT_EQ(routes[0].path, kFirst);
  EXPECT_EQ(routes[1].path, kThird);
  EXPECT_EQ(to_string(routes[2].gateway), "[2001:db8::1]:2");
}

TEST_F(PathsTest, PrefersTheEndpointThatAnswered) {
  PathState both = v4("192.0.2.1");
  both.v6 = *parse_address("2001:db8:a::2");
  paths.update(kFirst, both);
  const Route before = *paths.route(kFirst);
  paths.prefer(*parse_endpoint("[2001:db8::1]:2"));
  EXPECT_EQ(to_string(paths.route(kFirst)->gateway), "[2001:db8::1]:2");
  EXPECT_TRUE(paths.is_usable(before)) << "the other stays usable";
}

TEST_F(PathsTest, CallsARouteUnusableOnceItsAddressChanged) {
  paths.update(kFirst, v4("192.0.2.1"));
  const Route route = *paths.route(kFirst);
  EXPECT_TRUE(paths.is_usable(route));
  EXPECT_TRUE(paths.update(kFirst, v4("192.0.2.9")));
  EXPECT_FALSE(paths.update(kFirst, v4("192.0.2.9"))) << "nothing changed";
  EXPECT_FALSE(paths.is_usable(route));
}

TEST_F(PathsTest, GoesRoundTheUsableWays) {
  paths.update(kFirst, v4("192.0.2.1"));
  paths.update(kThird, v4("192.0.2.3"));
  const Route first = *paths.route(kFirst);
  const Route third = *paths.route(kThird);
  EXPECT_EQ(paths.next_after(first), third);
  EXPECT_EQ(paths.next_after(third), first);
  paths.update(kThird, PathState{});
  EXPECT_EQ(paths.next_after(first), first);
  paths.update(kFirst, PathState{});
  EXPECT_FALSE(paths.next_after(first));
}

TEST_F(PathsTest, GoesOnToTheNextEndpointWhenEachPathWasAsked) {
  paths.update(kFirst, v4("192.0.2.1"));
  paths.update(kSecond, v4("192.0.2.2"));
  const Endpoint other = *parse_endpoint("203.0.113.9:1");
  paths.learn(std::array{other});
  const Route last = *paths.next_after(*paths.next_after(*paths.route(kFirst)));
  EXPECT_EQ(last.path, kFirst);
  EXPECT_EQ(last.gateway, other);
}

TEST_F(PathsTest, LearnsEachEndpointOnceAndNoneThatCannotBe) {
  const Endpoint other = *parse_endpoint("203.0.113.9:1");
  paths.learn(std::array{other, other, Endpoint{}, Endpoint{other.address, 0}});
  EXPECT_EQ(paths.endpoints().size(), 3u);
  EXPECT_TRUE(paths.is_gateway(other));
}

TEST_F(PathsTest, PrefersAPathThatAnswersProbes) {
  paths.update(kFirst, v4("192.0.2.1"));
  paths.update(kSecond, v4("192.0.2.2"));
  paths.update(kThird, v4("192.0.2.3"));
  paths.note_probes(kFirst, Paths::Reply{false, 1.0});
  paths.note_probes(kThird, Paths::Reply{true, 0.0});
  EXPECT_EQ(selected(), kThird);
  paths.note_probes(kThird, Paths::Reply{false, 0.5});
  EXPECT_EQ(selected(), kSecond) << "nobody knows yet what it is worth";
}

TEST_F(PathsTest, LeavesAFlappingPathAloneForLongerEachTime) {
  paths.update(kFirst, v4("192.0.2.1"));
  paths.update(kSecond, v4("192.0.2.2"));
  for (Duration hold = 5s; hold < FlapGuard::kLongestHold; hold *= 2) {
    paths.note_failed(kFirst, now);
    EXPECT_TRUE(paths.is_avoided(kFirst, now + hold - 1s));
    EXPECT_FALSE(paths.is_avoided(kFirst, now + hold));
    now = now + hold;
    paths.note_taken(kFirst, now);
    now = now + 1s;
  }
  now = now + 10min;
  paths.note_failed(kFirst, now);
  EXPECT_FALSE(paths.is_avoided(kFirst, now + 5s)) << "it had held for long";
}

}  // namespace
}  // namespace jvpn::client
