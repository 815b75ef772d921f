// SPDX-License-Identifier: Apache-2.0
// A worker and the control thread on one mailbox, for ThreadSanitizer as much as for the asserts.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <thread>

#include "session/shared/mailbox.h"
#include "tests/session/shared/aligned_memory.h"

namespace jvpn {
namespace {

constexpr std::uint64_t kMessages = 30'000;
constexpr std::size_t kFilled = 64;

/// The content says which message it is, so that a half-written or mixed-up cell shows.
template <class Cell>
void fill(Cell& cell, std::uint64_t number) {
  cell.size = kFilled;
  std::fill_n(cell.bytes.begin(), kFilled, static_cast<std::uint8_t>(number));
}
template <class Cell>
bool is_filled(const Cell& cell, std::uint64_t number) {
  return cell.size == kFilled &&
         std::all_of(cell.bytes.begin(), cell.bytes.begin() + kFilled, [number](std::uint8_t byte) {
           return byte == static_cast<std::uint8_t>(number);
         });
}

struct WorkerSide {
  Mailbox& mailbox;
  std::uint64_t punted = 0, injected = 0, broken = 0;

  void run() {
    while (punted < kMessages || injected < kMessages) {
      const std::uint64_t before = punted + injected;
      send();
      receive();
      if (punted + injected == before) std::this_thread::yield();
    }
  }
  void send() {
    if (punted == kMessages) return;
    PuntCell* cell = mailbox.begin_punt(PuntClass::notice);
    if (cell == nullptr) return;
    if (punted % 8 == 7) {  // as when a packet turns out to be nobody's
      mailbox.abandon(cell);
      cell = mailbox.begin_punt(PuntClass::notice);
    }
    cell->counter = punted;
    fill(*cell, punted++);
    mailbox.punt(cell);
  }
  void receive() {
    std::array<InjectCell*, 8> cells{};
    const auto taken = std::span(cells).first(mailbox.take_injected(cells));
    for (const InjectCell* cell : taken) broken += is_filled(*cell, injected++) ? 0 : 1;
    mailbox.done(taken);
  }
};

struct ControlSide {
  Mailbox& mailbox;
  std::uint64_t punted = 0, injected = 0, broken = 0;

  void run() {
    while (punted < kMessages || injected < kMessages) {
      const std::uint64_t before = punted + injected;
      send();
      receive();
      if (punted + injected == before) std::this_thread::yield();
    }
  }
  void send() {
    if (injected == kMessages) return;
    InjectCell* cell = mailbox.begin_inject();
    if (cell == nullptr) return;
    fill(*cell, injected++);
    mailbox.inject(cell);
  }
  void receive() {
    std::array<PuntCell*, 8> cells{};
    const auto taken = std::span(cells).first(mailbox.take_punted(PuntClass::notice, cells));
    for (const PuntCell* cell : taken) {
      const bool whole = cell->counter == punted && is_filled(*cell, punted);
      ++punted;
      broken += whole ? 0 : 1;
    }
    mailbox.done(taken);
  }
};

TEST(MailboxThreads, EveryMessageArrivesWholeAndInOrderBothWays) {
  constexpr Mailbox::Shape shape{.punt_cells = 16, .control_cells = 16, .inject_cells = 16};
  AlignedMemory memory(Mailbox::memory_size(shape));
  Mailbox mailbox = Mailbox::create(memory.span(), shape).value();
  WorkerSide worker{mailbox};
  ControlSide control{mailbox};
  std::thread thread([&worker] { worker.run(); });
  control.run();
  thread.join();
  EXPECT_EQ(worker.broken, 0u);
  EXPECT_EQ(control.broken, 0u);
  EXPECT_EQ(worker.injected, kMessages);
  EXPECT_EQ(control.punted, kMessages);
}

}  // namespace
}  // namespace jvpn
