// SPDX-License-Identifier: Apache-2.0
#include "control/memory_store.h"

#include <gtest/gtest.h>

namespace jvpn::test {
namespace {

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
