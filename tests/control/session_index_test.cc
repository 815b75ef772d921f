// SPDX-License-Identifier: Apache-2.0
#include "control/session_index.h"

#include <gtest/gtest.h>

namespace jvpn {
namespace {

Tag tag_of(std::uint32_t slot, std::uint32_t generation) {
  return GatewayTag{1, 0, slot, generation}.pack();
}

class SessionIndexTest : public testing::Test {
 protected:
  Session& add(std::uint8_t id, Tag tag) {
    auto session = std::make_unique<Session>();
    session->id.bytes[0] = id;
    session->tag = tag;
    return index.add(std::move(session));
  }

  SessionIndex index;
};

TEST_F(SessionIndexTest, FindsByIdAndByWholeTag) {
  Session& session = add(1, tag_of(3, 7));
  EXPECT_EQ(index.find(session.id), &session);
  EXPECT_EQ(index.find(tag_of(3, 7)), &session);
  EXPECT_EQ(index.find(tag_of(3, 8)), nullptr);
  EXPECT_EQ(index.find(tag_of(4, 7)), nullptr);
  index.move_to(session, tag_of(9, 1));
  EXPECT_EQ(index.find(tag_of(3, 7)), nullptr);
  EXPECT_EQ(index.find(tag_of(9, 1)), &session);
  index.remove(session);
  EXPECT_EQ(index.find(tag_of(9, 1)), nullptr);
}

TEST_F(SessionIndexTest, ASlotBelongsToItsNewestSession) {
  Session& leaving = add(1, tag_of(3, 7));
  Session& next = add(2, tag_of(3, 8));
  EXPECT_EQ(index.find(tag_of(3, 7)), nullptr);
  EXPECT_EQ(index.find(tag_of(3, 8)), &next);
  index.remove(leaving);
  EXPECT_EQ(index.find(tag_of(3, 8)), &next);
}

TEST_F(SessionIndexTest, EachSessionHasItsTurnWhoeverLeaves) {
  Session& first = add(1, tag_of(100'000, 1));
  Session& second = add(2, tag_of(3, 1));
  Session& third = add(3, tag_of(4, 1));
  const auto turn = [&] {
    return std::set<Session*>(index.in_turn().begin(), index.in_turn().end());
  };
  EXPECT_EQ(index.in_turn().size(), 3u);
  index.remove(first);
  EXPECT_EQ(turn(), (std::set<Session*>{&second, &third}));
  index.remove(second);
  EXPECT_EQ(turn(), (std::set<Session*>{&third}));
  index.remove(third);
  EXPECT_TRUE(index.in_turn().empty());
}

TEST_F(SessionIndexTest, ALaterDeadlineWaitsForTheEarlierOneInTheQueue) {
  Session& session = add(1, tag_of(3, 7));
  EXPECT_EQ(index.next_due(), Instant::never());
  index.schedule(session, Instant{50});
  index.schedule(session, Instant{90});
  EXPECT_EQ(index.next_due(), Instant{50});
  index.schedule(session, Instant{20});
  EXPECT_EQ(index.next_due(), Instant{20});
  EXPECT_EQ(index.take_due(Instant{19}), nullptr);
  EXPECT_EQ(index.take_due(Instant{20}), &session);
  EXPECT_EQ(index.next_due(), Instant::never());
}

TEST_F(SessionIndexTest, ARemovedSessionIsDueNoMore) {
  Session& session = add(1, tag_of(3, 7));
  index.schedule(session, Instant{50});
  index.remove(session);
  EXPECT_EQ(index.take_due(Instant{60}), nullptr);
}

}  // namespace
}  // namespace jvpn
