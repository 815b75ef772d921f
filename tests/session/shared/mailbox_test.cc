// SPDX-License-Identifier: Apache-2.0
#include "session/shared/mailbox.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <vector>

#include "tests/session/shared/aligned_memory.h"

namespace jvpn {
namespace {

constexpr Mailbox::Shape kShape{.punt_cells = 4, .control_cells = 4, .inject_cells = 6};

struct Mail : testing::Test {
  AlignedMemory memory{Mailbox::memory_size(kShape)};
  Mailbox mailbox = Mailbox::create(memory.span(), kShape).value();

  bool punt(PuntClass kind, std::uint16_t size) {
    PuntCell* cell = mailbox.begin_punt(kind);
    if (cell == nullptr) return false;
    cell->size = size;
    mailbox.punt(cell);
    return true;
  }
  std::vector<std::uint16_t> take(PuntClass kind, std::size_t most = 32) {
    std::vector<PuntCell*> cells(most);
    cells.resize(mailbox.take_punted(kind, cells));
    std::vector<std::uint16_t> sizes;
    for (const PuntCell* cell : cells) {
      EXPECT_EQ(cell->kind, kind);
      sizes.push_back(cell->size);
    }
    mailbox.done(cells);
    return sizes;
  }
};

TEST_F(Mail, DeliversInTheOrderOfSending) {
  for (std::uint16_t i = 1; i <= 3; ++i) EXPECT_TRUE(punt(PuntClass::control, i));
  EXPECT_EQ(take(PuntClass::control, 2), (std::vector<std::uint16_t>{1, 2}));
  EXPECT_TRUE(punt(PuntClass::control, 4));
  EXPECT_EQ(take(PuntClass::control), (std::vector<std::uint16_t>{3, 4}));
  EXPECT_TRUE(take(PuntClass::control).empty());
}

TEST_F(Mail, HoldsAsManyCellsAsAskedForAndNoMore) {
  for (std::uint16_t i = 0; i < 4; ++i) EXPECT_TRUE(punt(PuntClass::notice, i));
  EXPECT_FALSE(punt(PuntClass::notice, 9));
  EXPECT_EQ(take(PuntClass::notice).size(), 4u);
  EXPECT_TRUE(punt(PuntClass::notice, 9));
}

TEST_F(Mail, AFloodOfOneClassLeavesTheOthersTheirCells) {
  while (punt(PuntClass::handshake, 1)) {
  }
  for (PuntClass kind : {PuntClass::control, PuntClass::notice, PuntClass::neighbour}) {
    for (std::uint16_t i = 0; i < 4; ++i) EXPECT_TRUE(punt(kind, i));
    EXPECT_EQ(take(kind).size(), 4u);
  }
  EXPECT_EQ(take(PuntClass::handshake).size(), 4u);
}

TEST_F(Mail, ATakenCellIsNotReusedBeforeItIsGivenBack) {
  while (punt(PuntClass::control, 1)) {
  }
  std::array<PuntCell*, 4> taken{};
  ASSERT_EQ(mailbox.take_punted(PuntClass::control, taken), 4u);
  EXPECT_EQ(mailbox.begin_punt(PuntClass::control), nullptr);
  mailbox.done(std::span(taken).first(1));
  EXPECT_EQ(mailbox.begin_punt(PuntClass::control), taken[0]);
  EXPECT_EQ(mailbox.begin_punt(PuntClass::control), nullptr);
}

TEST_F(Mail, AbandonedCellsAreUsedAgain) {
  std::set<PuntCell*> first;
  for (int i = 0; i < 4; ++i) first.insert(mailbox.begin_punt(PuntClass::control));
  EXPECT_EQ(first.size(), 4u);
  EXPECT_EQ(mailbox.begin_punt(PuntClass::control), nullptr);
  for (PuntCell* cell : first) mailbox.abandon(cell);
  EXPECT_TRUE(take(PuntClass::control).empty());  // nobody sees them
  std::set<PuntCell*> again;
  for (int i = 0; i < 4; ++i) again.insert(mailbox.begin_punt(PuntClass::control));
  EXPECT_EQ(again, first);
  EXPECT_EQ(mailbox.begin_punt(PuntClass::control), nullptr);
}

TEST_F(Mail, FewCellsGoRoundWhileFewAreUnderWay) {
  constexpr Mailbox::Shape kLarge{.punt_cells = 1, .control_cells = 10'000, .inject_cells = 10'000};
  AlignedMemory room(Mailbox::memory_size(kLarge));
  Mailbox large = Mailbox::create(room.span(), kLarge).value();
  std::set<void*> used;
  for (int i = 0; i < 1000; ++i) {
    std::array cell{large.begin_punt(PuntClass::control)};
    used.insert(cell[0]);
    large.punt(cell[0]);
    EXPECT_EQ(large.take_punted(PuntClass::control, cell), 1u);
    large.done(std::span<PuntCell*>(cell));
    std::array answer{large.begin_inject()};
    used.insert(answer[0]);
    large.inject(answer[0]);
    EXPECT_EQ(large.take_injected(answer), 1u);
    large.done(std::span<InjectCell* const>(answer));
  }
  EXPECT_LE(used.size(), 100u);
}

TEST_F(Mail, ACellKeepsItsClassWhateverIsWrittenIntoIt) {
  PuntCell* cell = mailbox.begin_punt(PuntClass::neighbour);
  cell->kind = PuntClass::handshake;
  mailbox.punt(cell);
  EXPECT_TRUE(take(PuntClass::handshake).empty());
  EXPECT_EQ(take(PuntClass::neighbour).size(), 1u);
}

TEST_F(Mail, InjectsInOrderAndBounded) {
  for (std::uint16_t i = 0; i < 6; ++i) {
    InjectCell* cell = mailbox.begin_inject();
    ASSERT_NE(cell, nullptr);
    cell->size = i;
    cell->bytes.fill(static_cast<std::uint8_t>(i));
    mailbox.inject(cell);
  }
  EXPECT_EQ(mailbox.begin_inject(), nullptr);
  std::array<InjectCell*, 8> cells{};
  ASSERT_EQ(mailbox.take_injected(cells), 6u);
  for (std::uint16_t i = 0; i < 6; ++i) {
    EXPECT_EQ(cells[i]->size, i);
    EXPECT_EQ(cells[i]->bytes.back(), i);
  }
  mailbox.done(std::span(cells).first(6));
  EXPECT_NE(mailbox.begin_inject(), nullptr);
  EXPECT_EQ(mailbox.take_injected(cells), 0u);
}

TEST_F(Mail, GoesRoundManyTimesWithoutLosingACell) {
  for (std::uint16_t i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(punt(PuntClass::control, i));
    ASSERT_EQ(take(PuntClass::control), std::vector<std::uint16_t>{i});
  }
  for (std::uint16_t i = 0; i < 4; ++i) EXPECT_TRUE(punt(PuntClass::control, i));
}

TEST(MailboxMemory, IsUsedToItsExactEnd) {
  for (std::uint32_t cells : {1u, 3u, 4u, 100u}) {
    const Mailbox::Shape shape{
        .punt_cells = cells, .control_cells = cells + 2, .inject_cells = cells};
    const std::size_t size = Mailbox::memory_size(shape);
    AlignedMemory memory(size + 64);
    ASSERT_TRUE(Mailbox::create(memory.span().first(size), shape));
    EXPECT_TRUE(std::ranges::all_of(memory.span().subspan(size),
                                    [](std::uint8_t byte) { return byte == 0xa5; }));
    EXPECT_FALSE(Mailbox::create(memory.span().first(size - 1), shape));
    EXPECT_FALSE(Mailbox::create(memory.span().subspan(8), shape));  // not aligned
  }
}

TEST(MailboxMemory, RefusesImpossibleShapes) {
  AlignedMemory memory(1 << 16);
  for (const Mailbox::Shape& shape :
       {Mailbox::Shape{.punt_cells = 0, .control_cells = 1, .inject_cells = 1},
        Mailbox::Shape{.punt_cells = 1, .control_cells = 0, .inject_cells = 1},
        Mailbox::Shape{
            .punt_cells = 1, .control_cells = 1, .inject_cells = Mailbox::kMaxCells + 1}}) {
    EXPECT_EQ(Mailbox::memory_size(shape), 0u);
    EXPECT_FALSE(Mailbox::create(memory.span(), shape));
  }
}

TEST(MailboxShape, HoldsAControlMessageOfEachSessionOfAStorm) {
  for (const std::uint32_t workers : {1u, 2u, 3u, 16u, 64u}) {
    const Mailbox::Shape shape = Mailbox::shape_for(workers);
    EXPECT_GE(shape.control_cells * workers, 16'384u) << workers;
    EXPECT_GE(shape.control_cells, shape.punt_cells) << workers;
    EXPECT_NE(Mailbox::memory_size(shape), 0u) << workers;
  }
  EXPECT_EQ(Mailbox::shape_for(1).punt_cells, 1024u);  // only that class
}

TEST(MailboxShape, GivesTheControlClassItsOwnNumberOfCells) {
  constexpr Mailbox::Shape shape{.punt_cells = 2, .control_cells = 5, .inject_cells = 1};
  AlignedMemory memory(Mailbox::memory_size(shape));
  Mailbox mailbox = Mailbox::create(memory.span(), shape).value();
  const auto room = [&](PuntClass kind) {
    int cells = 0;
    for (PuntCell* cell = mailbox.begin_punt(kind); cell != nullptr; ++cells) {
      mailbox.punt(cell);
      cell = mailbox.begin_punt(kind);
    }
    return cells;
  };
  EXPECT_EQ(room(PuntClass::control), 5);
  EXPECT_EQ(room(PuntClass::handshake), 2);
  EXPECT_EQ(room(PuntClass::ticketed), 2);
}

using MailDeathTest = Mail;

TEST_F(MailDeathTest, AbortsOnACellThatIsNotItsOwn) {
  PuntCell stranger;
  EXPECT_DEATH(mailbox.punt(&stranger), "belongs to its mailbox");
  InjectCell other;
  EXPECT_DEATH(mailbox.inject(&other), "belongs to its mailbox");
}

}  // namespace
}  // namespace jvpn
