// SPDX-License-Identifier: Apache-2.0
// The small parts by themselves.
#include <gtest/gtest.h>

#include "control/birth_state.h"
#include "control/limits.h"
#include "control/load_gauge.h"
#include "control/memory_store.h"
#include "control/path_token.h"
#include "control/prefix_limits.h"
#include "control/rate_reports.h"
#include "control/tombstones.h"
#include "tests/control/gateway_fixture.h"

namespace jvpn::test {
namespace {

TEST(RateBucket, GivesItsBurstAndThenItsRate) {
  const Rate rate{10ms, 3};
  RateBucket bucket;
  const Instant start{1'000'000'000};
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(bucket.take(rate, start));
  EXPECT_FALSE(bucket.take(rate, start));
  EXPECT_FALSE(bucket.take(rate, start + 9ms));
  EXPECT_TRUE(bucket.take(rate, start + 10ms));
  EXPECT_FALSE(bucket.take(rate, start + 10ms));
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(bucket.take(rate, start + 1s));
}

struct Prefixes : testing::Test {
  /// How many of `tries` from these addresses are admitted, all at once.
  int admitted(const std::vector<IpAddress>& sources, int tries) {
    int count = 0;
    for (int n = 0; n < tries; ++n) {
      const IpAddress& source = sources[static_cast<std::size_t>(n) % sources.size()];
      count += limits.admit(source, rates, Instant{0});
    }
    return count;
  }
  SeededRandom random{1};
  PrefixLimits limits{random, kPrefixBuckets};
  PrefixRates rates{{1ms, 10}, {1ms, 30}, {1ms, 50}};
};

TEST_F(Prefixes, BoundAHostANetworkAndAll) {
  EXPECT_EQ(admitted({IpAddress::v4({192, 0, 2, 1})}, 100), 10);
  EXPECT_EQ(admitted({IpAddress::v4({192, 0, 2, 2}), IpAddress::v4({192, 0, 2, 3}),
                      IpAddress::v4({192, 0, 2, 4})},
                     100),
            20);
  EXPECT_EQ(admitted({IpAddress::v4({198, 51, 100, 1}), IpAddress::v4({198, 51, 101, 1}),
                      IpAddress::v4({198, 51, 102, 1})},
                     100),
            20);
}

TEST_F(Prefixes, TakeAnIpv6SubscriberForOneHost) {
  const auto subscriber = [](std::uint8_t subnet, std::uint8_t host) {
    IpAddress address = parse_address("2001:db8::1").value();
    address.bytes[7] = subnet;
    address.bytes[15] = host;
    return address;
  };
  EXPECT_EQ(admitted({subscriber(1, 1), subscriber(1, 2), subscriber(1, 3)}, 90), 10);
  EXPECT_EQ(admitted({subscriber(2, 1), subscriber(3, 2), subscriber(4, 3)}, 90), 20);
}

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

TEST(RateReports, AreOnePerLimitAndTenSecondsWithACount) {
  RateReports reports;
  const Instant start{1'000'000'000};
  EXPECT_EQ(reports.next_due(), Instant::never());
  reports.note(Limit::notices, start);
  EXPECT_EQ(reports.next_due(), start);
  EXPECT_EQ(reports.take_due(start).count, 1u);
  for (int n = 0; n < 7; ++n) reports.note(Limit::notices, start + 1s);
  reports.note(Limit::probes, start + 1s);
  EXPECT_EQ(reports.take_due(start + 1s).limit, Limit::probes);
  EXPECT_EQ(reports.take_due(start + 9999ms).count, 0u);
  const RateReport second = reports.take_due(start + 10s);
  EXPECT_EQ(second.limit, Limit::notices);
  EXPECT_EQ(second.count, 7u);
}

struct Tokens : testing::Test {
  Tokens() { keys.rotate(now); }
  bool holds(const PathToken& token) { return path_token_holds(keys, scope, token, 5s, now); }
  SeededRandom random{1};
  RotatingKey keys{random, 5s};
  Instant now{10'000'000'000};
  TokenScope scope{TokenPurpose::probe, SessionId{{1}}, OwnerEpoch{1}, endpoint("192.0.2.1:1")};
};

TEST_F(Tokens, HoldForTheirWholeScopeOnly) {
  const PathToken token = make_path_token(keys.current(), scope, MessageNumber{7}, now);
  EXPECT_TRUE(holds(token));
  for (int change = 0; change < 5; ++change) {
    const TokenScope good = scope;
    if (change == 0) scope.session.bytes[3] = 1;
    if (change == 1) scope.owner_epoch = OwnerEpoch{2};
    if (change == 2) scope.source.port = 2;
    if (change == 3) scope.source.address = IpAddress::v4({192, 0, 2, 2});
    if (change == 4) scope.purpose = TokenPurpose::reattach;
    EXPECT_FALSE(holds(token)) << change;
    scope = good;
  }
  for (int change = 0; change < 3; ++change) {
    PathToken bad = token;
    if (change == 0) bad.number = 8;
    if (change == 1) bad.issued_ms -= 1;
    if (change == 2) bad.proof[15] ^= 1;
    EXPECT_FALSE(holds(bad)) << change;
  }
}

TEST_F(Tokens, OutliveOneRotationAndNoFuture) {
  const PathToken token = make_path_token(keys.current(), scope, MessageNumber{7}, now + 1ms);
  EXPECT_FALSE(holds(token));
  now = now + 5s;
  keys.rotate(now);
  EXPECT_TRUE(holds(token));
  now = now + 2ms;
  EXPECT_FALSE(holds(token));
}

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

TEST(BirthState, ComesBackAsItWasAndNotWhenAltered) {
  BirthState birth;
  birth.number = 3;
  birth.session.bytes[0] = 9;
  birth.client_tag = Tag(0x123456);
  birth.suite = Suite::chacha20_poly1305;
  birth.source = endpoint("[2001:db8::1]:77");
  birth.underlay = 1;
  birth.expires_at = Instant{42};
  birth.roots = {key_of(1), key_of(2)};
  const auto sealed = seal_birth_state(birth, key_of(3), SealNonce{});
  const auto back = open_birth_state(sealed, key_of(3));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->number, birth.number);
  EXPECT_EQ(back->session, birth.session);
  EXPECT_EQ(back->client_tag, birth.client_tag);
  EXPECT_EQ(back->suite, birth.suite);
  EXPECT_EQ(back->source, birth.source);
  EXPECT_EQ(back->underlay, birth.underlay);
  EXPECT_EQ(back->expires_at, birth.expires_at);
  EXPECT_TRUE(back->roots.traffic.equals(birth.roots.traffic));
  EXPECT_TRUE(back->roots.resume.equals(birth.roots.resume));
  EXPECT_FALSE(open_birth_state(sealed, key_of(4)).has_value());
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    auto bad = sealed;
    bad[at] ^= 1;
    EXPECT_FALSE(open_birth_state(bad, key_of(3)).has_value());
    EXPECT_FALSE(open_birth_state(ByteView(sealed).first(at), key_of(3)).has_value());
  }
}

TEST(Tombstones, MakeRoomByDroppingTheOldest) {
  Tombstones tombstones;
  constexpr std::size_t kMost = 100;
  for (std::size_t n = 0; n <= kMost; ++n) {
    const Instant until{static_cast<std::int64_t>(n) + 1'000};
    tombstones.add(Tag(n + 1), {{1, 2, 3}, {}, {}}, until, kMost);
  }
  EXPECT_EQ(tombstones.answer(Tag(1), 3, Instant{1}), nullptr);
  EXPECT_NE(tombstones.answer(Tag(2), 3, Instant{1}), nullptr);
  tombstones.expire(Instant{1'000'000'000});
  EXPECT_EQ(tombstones.next_due(), Instant::never());
  EXPECT_EQ(tombstones.take_fallen().size(), kMost + 1);
  EXPECT_TRUE(tombstones.take_fallen().empty());
}

// ---- the memory store --------------------------------------------------------------------------

struct Store : testing::Test {
  StoreReply reply() {
    auto replies = store.take_replies();
    EXPECT_EQ(replies.size(), 1u);
    return replies.at(0);
  }
  StoreReply change(std::vector<StoreCompare> compares, std::vector<StoreWrite> writes) {
    store.begin(StoreTransaction{7, std::move(compares), std::move(writes)});
    return reply();
  }
  MemoryStore store;
};

TEST_F(Store, ComparesWholeValuesBeforeItWrites) {
  EXPECT_EQ(change({{"a", std::nullopt}}, {{"a", "1"}}).outcome, StoreOutcome::applied);
  EXPECT_EQ(change({{"a", std::nullopt}}, {{"a", "2"}}).outcome, StoreOutcome::refused);
  EXPECT_EQ(change({{"a", "12"}}, {{"a", "2"}}).outcome, StoreOutcome::refused);
  EXPECT_EQ(change({{"a", "1"}}, {{"a", "2"}}).outcome, StoreOutcome::applied);
  EXPECT_EQ(change({{"a", "2"}}, {{"a", std::nullopt}}).outcome, StoreOutcome::applied);
  EXPECT_TRUE(store.content().empty());
}

TEST_F(Store, WritesAllOrNothingAndSaysWhatThereIs) {
  change({}, {{"a", "1"}, {"b", "1"}});
  const StoreReply refused = change({{"a", "1"}, {"b", "2"}, {"c", "3"}}, {{"a", "9"}, {"c", "9"}});
  EXPECT_EQ(refused.ticket, 7u);
  ASSERT_EQ(refused.outcome, StoreOutcome::refused);
  ASSERT_EQ(refused.values.size(), 3u);
  EXPECT_EQ(refused.values[1].second, "1");
  EXPECT_EQ(refused.values[2].second, std::nullopt);
  EXPECT_EQ(store.content(), (MemoryStore::Content{{"a", "1"}, {"b", "1"}}));
}

TEST_F(Store, ReadsKeysAndPrefixes) {
  change({}, {{"s/1", "x"}, {"s/2", "y"}, {"t/1", "z"}});
  store.begin(StoreRead{3, {"t/1", "t/2"}, "s/"});
  const StoreReply found = reply();
  EXPECT_EQ(found.ticket, 3u);
  ASSERT_EQ(found.values.size(), 4u);
  EXPECT_EQ(found.values[0].second, "z");
  EXPECT_EQ(found.values[1].second, std::nullopt);
  EXPECT_EQ(found.values[3], (std::pair<StoreKey, std::optional<StoreValue>>{"s/2", "y"}));
}

}  // namespace
}  // namespace jvpn::test
