// SPDX-License-Identifier: Apache-2.0
// The structure alone, against a model: who holds what, who is the largest, and that no buffer is
// lost whatever the order of events.
#include "dataplane/hold_buffers.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "rig.h"

namespace jvpn::test {
namespace {

constexpr std::uint32_t kCapacity = 20;
constexpr std::size_t kSessions = 6;

/// Sessions with their packets, oldest first; each packet is known by its deadline.
using Model = std::map<std::size_t, std::deque<std::int64_t>>;

class HoldBuffersTest : public testing::Test {
 protected:
  HoldBuffersTest()
      : holds(std::move(*HoldBuffers::create("hold_buffers_test", kCapacity, 100))),
        records(new TableRecord[kSessions]) {}

  static Tag tag_of(std::size_t session) {
    return GatewayTag{1, 0, 0, 1u + static_cast<std::uint32_t>(session)}.pack();
  }
  Holder* of(std::size_t session) { return holds->of(records[session], tag_of(session)); }

  void hold(std::size_t session, std::int64_t until) {
    rte_mbuf* frame = holds->take(counters);
    ASSERT_NE(frame, nullptr);
    held(frame) = HeldPacket{};
    held(frame).until = Instant{until};
    Holder& holder = holds->holder(records[session], tag_of(session));
    holds->append(holder, holder.down, frame);
    counters.of(Verdict::held).add(1);
  }
  std::vector<std::int64_t> deadlines(std::size_t session) {
    std::vector<std::int64_t> out;
    const Holder* holder = of(session);
    for (rte_mbuf* at = holder == nullptr ? nullptr : holder->down.oldest; at != nullptr;
         at = held(at).newer) {
      out.push_back(held(at).until.ns);
    }
    return out;
  }

  std::unique_ptr<HoldBuffers> holds;
  std::unique_ptr<TableRecord[]> records;
  WorkerCounters counters;
};

TEST_F(HoldBuffersTest, TheLargestPaysForWhoComesNew) {
  for (std::int64_t i = 0; i < 15; ++i) hold(0, i);
  for (std::int64_t i = 0; i < 5; ++i) hold(1, 100 + i);
  hold(2, 200);
  EXPECT_EQ(of(0)->size(), 14u);
  EXPECT_EQ(deadlines(0).front(), 1) << "its oldest went";
  EXPECT_EQ(of(1)->size(), 5u);
  EXPECT_EQ(of(2)->size(), 1u);
  EXPECT_EQ(counters.of(Verdict::hold_full).sample(), 1u);
}

TEST_F(HoldBuffersTest, SharesShrinkAsMoreWait) {
  for (std::int64_t i = 0; i < 200; ++i) hold(static_cast<std::size_t>(i) % 4, i);
  for (std::size_t session = 0; session < 4; ++session) EXPECT_EQ(of(session)->size(), 5u);
}

TEST_F(HoldBuffersTest, ATagThatIsNotTheHoldersFindsNothing) {
  hold(0, 1);
  EXPECT_EQ(holds->of(records[0], tag_of(1)), nullptr);
}

TEST_F(HoldBuffersTest, AnySequenceOfEventsKeepsTheBooks) {
  std::mt19937 random(5);
  Model model;
  std::size_t in_model = 0;
  for (std::int64_t step = 0; step < 20'000; ++step) {
    const std::size_t session = random() % kSessions;
    auto& queue = model[session];
    switch (random() % 8) {
      case 0:
        if (Holder* holder = of(session)) {
          rte_pktmbuf_free(holds->release(*holder, holder->down, counters));
          queue.pop_front();
          --in_model;
        }
        break;
      case 1:
        if (Holder* holder = of(session); holder != nullptr && random() % 4 == 0) {
          holds->drop_all(*holder, Verdict::no_session, counters);
          in_model -= queue.size();
          queue.clear();
        }
        break;
      case 2:
        if (Holder* holder = of(session)) {
          holds->drop_expired(*holder, Instant{step - 30}, counters);
          while (!queue.empty() && queue.front() <= step - 30) queue.pop_front(), --in_model;
        }
        break;
      default: {
        std::size_t largest = 0;
        for (const auto& [name, held] : model) largest = std::max(largest, held.size());
        hold(session, step);
        queue.push_back(step);
        if (++in_model <= kCapacity) break;
        --in_model;  // one of those that had most has lost its oldest: which, the structure says
        std::size_t losers = 0;
        for (auto& [name, held] : model) {
          const auto now = deadlines(name);
          if (now.size() == held.size()) continue;
          ++losers;
          EXPECT_EQ(held.size() - (name == session ? 1 : 0), largest);
          held.pop_front();
        }
        EXPECT_EQ(losers, 1u);
      }
    }
    for (const auto& [name, held] : model) {
      EXPECT_EQ(deadlines(name), std::vector<std::int64_t>(held.begin(), held.end()));
    }
    ASSERT_EQ(counters.of(Verdict::held).sample(), in_model);
    ASSERT_EQ(holds->empty(), in_model == 0);
  }
}

TEST_F(HoldBuffersTest, ARoundVisitsEveryHolder) {
  for (std::size_t session = 0; session < 4; ++session) hold(session, 1);
  std::map<Tag, int> visits;
  for (int i = 0; i < 12; ++i) ++visits[holds->next()->tag];
  EXPECT_EQ(visits.size(), 4u);
  for (const auto& [tag, count] : visits) EXPECT_EQ(count, 3);
}

}  // namespace
}  // namespace jvpn::test
