// SPDX-License-Identifier: Apache-2.0
#include "dataplane/inject.h"

#include <gtest/gtest.h>

#include "rig.h"

namespace jvpn::test {
namespace {

class Inject : public testing::Test {
 protected:
  void inject(InjectKind kind, std::uint8_t port, const Endpoint& to, const Packet& bytes) {
    InjectCell* cell = rig.mailboxes[0].begin_inject();
    ASSERT_NE(cell, nullptr);
    cell->kind = kind;
    cell->port = port;
    cell->destination = to;
    cell->size = static_cast<std::uint16_t>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), cell->bytes.begin());
    rig.mailboxes[0].inject(cell);
  }
  std::uint64_t sent() const { return rig.counters().injected.sample(); }
  std::uint64_t lost() const { return rig.counters().injected_lost.sample(); }
  Rig rig;
};

TEST_F(Inject, DatagramsGetOuterHeadersOfTheirFamily) {
  for (const char* to : {"203.0.113.7:40000", "[2001:db8:7::7]:40000"}) {
    for (const std::size_t size : {std::size_t{3}, std::size_t{1200}}) {
      inject(InjectKind::datagram, Rig::kUnderlay, endpoint(to), Packet(size, 0x42));
      const Packet frame = rig.turn_and_take(Rig::kUnderlay);
      EXPECT_EQ(udp_payload_of(frame), Packet(size, 0x42));
      EXPECT_EQ(udp_destination_of(frame), endpoint(to));
      EXPECT_EQ(load<EthernetHeader>(frame.data()).destination, kRouterMac);
    }
  }
  EXPECT_EQ(sent(), 4u);
  EXPECT_TRUE(rig.new_verdicts().empty()) << "generated frames are counted apart";
}

TEST_F(Inject, FramesLeaveAsTheyAre) {
  const Packet frame(60, 0x11);
  inject(InjectKind::frame, Rig::kPlaintext, Endpoint{}, frame);
  EXPECT_EQ(rig.turn_and_take(Rig::kPlaintext), frame);
}

TEST_F(Inject, ABatchIsSentInOrderAFewATurn) {
  constexpr std::size_t count = 2 * kInjectedPerTurn;
  for (std::size_t n = 0; n < count; ++n) {
    inject(InjectKind::datagram, Rig::kUnderlay, endpoint("203.0.113.7:40000"), Packet(n + 1));
  }
  rig.turn();
  EXPECT_EQ(sent(), kInjectedPerTurn);
  rig.turn();
  const auto frames = rig.sent(Rig::kUnderlay);
  ASSERT_EQ(frames.size(), count);
  for (std::size_t n = 0; n < count; ++n) EXPECT_EQ(udp_payload_of(frames[n]), Packet(n + 1));
}

TEST_F(Inject, CellsForSeveralPortsLeaveEachByItsOwn) {
  const Packet frame(60, 0x11);
  inject(InjectKind::frame, Rig::kPlaintext, Endpoint{}, frame);
  inject(InjectKind::datagram, Rig::kUnderlay, endpoint("203.0.113.7:40000"), {7});
  inject(InjectKind::datagram, 9, endpoint("10.99.0.2:1"), {1});
  inject(InjectKind::frame, Rig::kPlaintext, Endpoint{}, frame);
  rig.turn();
  EXPECT_EQ(rig.sent(Rig::kPlaintext), (std::vector<Packet>{frame, frame}));
  EXPECT_EQ(rig.sent(Rig::kUnderlay).size(), 1u);
  EXPECT_EQ(sent(), 3u);
  EXPECT_EQ(lost(), 1u);
}

TEST_F(Inject, WhatCannotBeSentIsCountedAndItsBufferComesBack) {
  inject(InjectKind::datagram, Rig::kUnderlay, endpoint("198.51.100.99:1"), {1});  // unresolved
  inject(InjectKind::datagram, Rig::kPlaintext, endpoint("10.99.0.2:1"), {1});
  inject(InjectKind::datagram, 9, endpoint("10.99.0.2:1"), {1});
  rig.turn();
  EXPECT_EQ(lost(), 3u);
  EXPECT_EQ(sent(), 0u);
  const auto asked = rig.punted(PuntClass::neighbour);
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].size, 0u);
  EXPECT_EQ(asked[0].source.address, address("198.51.100.99"));
}

}  // namespace
}  // namespace jvpn::test
