// SPDX-License-Identifier: Apache-2.0
#include "client/paths.h"

#include <gtest/gtest.h>

namespace jvpn::client {
namespace {

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

TEST_F(PathsTest, GoesRoundTheUsablePaths) {
  paths.update(kFirst, v4("192.0.2.1"));
  paths.update(kThird, v4("192.0.2.3"));
  EXPECT_EQ(paths.next_after(kFirst)->path, kThird);
  EXPECT_EQ(paths.next_after(kThird)->path, kFirst);
  paths.update(kThird, PathState{});
  EXPECT_EQ(paths.next_after(kFirst)->path, kFirst);
  paths.update(kFirst, PathState{});
  EXPECT_FALSE(paths.next_after(kFirst));
}

}  // namespace
}  // namespace jvpn::client
