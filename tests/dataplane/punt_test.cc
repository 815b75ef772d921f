// SPDX-License-Identifier: Apache-2.0
#include "dataplane/punt.h"

#include <gtest/gtest.h>

#include "rig.h"
#include "session/core/wire.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kClient = endpoint("203.0.113.7:40000");

Packet message(WireType type, std::size_t size) {
  Packet out(size, 0x5c);
  out[0] = static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4);
  return out;
}

class Punt : public testing::Test {
 protected:
  Rig rig;
  TunnelPeer peer;
};

TEST_F(Punt, HandshakesGoToControlAsTheyCame) {
  const Packet init = message(WireType::handshake_init, kInitSize);
  const Packet confirm = message(WireType::handshake_confirm, 300);
  rig.arrive_datagram(kClient, init);
  rig.arrive_datagram(endpoint("[2001:db8:7::7]:4444"), confirm);
  rig.turn();
  const auto cells = rig.punted(PuntClass::handshake);
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_TRUE(std::equal(init.begin(), init.end(), cells[0].bytes.begin()));
  EXPECT_EQ(cells[0].size, init.size());
  EXPECT_EQ(cells[0].wire_size, init.size());
  EXPECT_EQ(cells[0].source, kClient);
  EXPECT_EQ(cells[0].local, endpoint("198.51.100.1:51820"));
  EXPECT_EQ(cells[0].received_at, rig.now);
  EXPECT_EQ(cells[1].size, confirm.size());
  EXPECT_EQ(cells[1].source, endpoint("[2001:db8:7::7]:4444"));
  EXPECT_EQ(cells[1].local, endpoint("[2001:db8::1]:51820"));
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::punted, 2}}));
}

TEST_F(Punt, ControlMessagesAreOpenedFirst) {
  rig.attach(peer, kClient);
  const Endpoint candidate = endpoint("192.0.2.9:999");  // any source: control decides
  rig.arrive_datagram(candidate, peer.control(kRequestSize));
  rig.turn();
  const auto cells = rig.punted(PuntClass::control);
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_EQ(cells[0].tag, peer.tag);
  EXPECT_EQ(cells[0].source, candidate);
  EXPECT_EQ(cells[0].size, kRequestSize - kControlOverhead);
  EXPECT_EQ(cells[0].wire_size, kRequestSize);
  EXPECT_EQ(cells[0].bytes[0], 0x77);
  EXPECT_EQ(cells[0].bytes[cells[0].size - 1u], 0x77);
}

TEST_F(Punt, ForgedControlMessagesReachNobody) {
  rig.attach(peer, kClient);
  for (std::size_t at : {std::size_t{12}, std::size_t{40}, kRequestSize - 1}) {
    Packet forged = peer.control(kRequestSize);
    forged[at] ^= 1;
    rig.arrive_datagram(kClient, forged);
  }
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::open_failed, 3}}));
  EXPECT_TRUE(rig.punted(PuntClass::control).empty());
  // The cells that they took for a moment are free again.
  for (int i = 0; i < 8; ++i) rig.arrive_datagram(kClient, peer.control(kRequestSize));
  rig.turn();
  EXPECT_EQ(rig.punted(PuntClass::control).size(), 8u);
}

TEST_F(Punt, OneTagHasABoundedNumberOfControlMessagesOpened) {
  rig.attach(peer, kClient);
  for (std::size_t i = 0; i < kBurst; ++i) {
    Packet forged = peer.control(kRequestSize);
    forged.back() ^= 1;
    rig.arrive_datagram(kClient, forged);
  }
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(),
            (Verdicts{{Verdict::open_failed, kControlOpensPerTag.burst},
                      {Verdict::control_budget, kBurst - kControlOpensPerTag.burst}}));
}

/// I23, at the worker: who is flooded keeps nobody else waiting.
TEST_F(Punt, AFloodAtOneTagRefusesNobodyElse) {
  rig.attach(peer, kClient);
  std::vector<std::unique_ptr<TunnelPeer>> others;
  for (std::uint8_t i = 0; i < 8; ++i) {
    TunnelPeer& other = *others.emplace_back(std::make_unique<TunnelPeer>());
    other.install(*rig.table, 0, other.make_view(), OuterTemplate{});
  }
  for (int round = 0; round < 50; ++round) {
    for (std::size_t i = 0; i < kBurst - 1; ++i) {
      Packet forged = peer.control(kRequestSize);
      forged.back() ^= 1;
      rig.arrive_datagram(endpoint(("203.0.113." + std::to_string(i + 1) + ":9").c_str()), forged);
    }
    TunnelPeer& other = *others[static_cast<std::size_t>(round) % others.size()];
    rig.arrive_datagram(endpoint("203.0.113.99:1"), other.control(kRequestSize));
    rig.turn();
    const auto cells = rig.punted(PuntClass::control);
    ASSERT_EQ(cells.size(), 1u) << round;
    EXPECT_EQ(cells[0].tag, other.tag);
    rig.now = rig.now + 1ms;
  }
  EXPECT_LE(rig.count(Verdict::open_failed), kControlOpensPerTag.burst + 50 / 20 + 1u);
}

TEST_F(Punt, TicketedMessagesOfASessionThatLivesHereAreOpened) {
  rig.attach(peer, kClient);
  rig.arrive_datagram(endpoint("192.0.2.9:999"), peer.ticketed(kRequestSize));
  rig.turn();
  const auto cells = rig.punted(PuntClass::control);
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_EQ(cells[0].tag, peer.tag);
  EXPECT_EQ(cells[0].size, kRequestSize - kTicketedOverhead);
  EXPECT_EQ(cells[0].wire_size, kRequestSize);
  EXPECT_EQ(cells[0].bytes[0], 0x77);
  EXPECT_TRUE(rig.punted(PuntClass::ticketed).empty());
}

TEST_F(Punt, AForgedTicketOpensNothing) {
  rig.attach(peer, kClient);
  Packet forged = peer.ticketed(kRequestSize);
  forged[sizeof(ControlHeader)] ^= 1;
  rig.arrive_datagram(kClient, forged);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::open_failed, 1}}));
}

TEST_F(Punt, TicketedMessagesForNobodyHereGoToControlAsTheyCame) {
  rig.attach(peer, kClient);
  rig.table->remove(peer.tag);
  TunnelPeer elsewhere;
  GatewayTag foreign = GatewayTag::unpack(peer.tag);
  foreign.node = 77;
  elsewhere.tag = foreign.pack();
  for (TunnelPeer* from : {&peer, &elsewhere}) {
    const Packet datagram = from->ticketed(kRequestSize);
    rig.arrive_datagram(kClient, datagram);
    rig.turn();
    EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::punted, 1}}));
    const auto cells = rig.punted(PuntClass::ticketed);
    ASSERT_EQ(cells.size(), 1u);
    EXPECT_EQ(cells[0].size, datagram.size());
    EXPECT_EQ(cells[0].source, kClient);
    EXPECT_TRUE(std::equal(datagram.begin(), datagram.end(), cells[0].bytes.begin()));
  }
  EXPECT_TRUE(rig.punted(PuntClass::dead_tag).empty());
}

TEST_F(Punt, OtherDatagramsWithAnotherNodesTagReachNobody) {
  GatewayTag foreign{77, 0, 1, 1};
  peer.tag = foreign.pack();
  rig.arrive_datagram(kClient, peer.control(kRequestSize));
  rig.arrive_datagram(kClient, peer.seal(Packet(60, 0x45)));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::unknown_tag, 2}}));
}

TEST_F(Punt, ForgedTicketsFromOnePrefixLeaveRoomForAnothers) {
  peer.tag = GatewayTag{77, 0, 1, 1}.pack();
  std::size_t passed = 0;
  for (int i = 0; i < 300; ++i) {
    rig.arrive_datagram(kClient, peer.ticketed(kRequestSize));
    rig.turn();
    passed += rig.punted(PuntClass::ticketed).size();
  }
  EXPECT_EQ(passed, kTicketedPerPrefix.burst);
  EXPECT_EQ(rig.count(Verdict::control_budget), 300 - kTicketedPerPrefix.burst);
  rig.arrive_datagram(endpoint("192.0.2.1:5"), peer.ticketed(kRequestSize));
  rig.turn();
  EXPECT_EQ(rig.punted(PuntClass::ticketed).size(), 1u);
}

TEST_F(Punt, NoClientSendsACookieOrAnAnswer) {
  rig.arrive_datagram(kClient, message(WireType::cookie_reply, 52));
  rig.arrive_datagram(kClient, message(WireType::handshake_ack, 300));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::unknown_type, 2}}));
}

TEST_F(Punt, ControlHearsOfTagsWhoseSessionIsNoMoreWithinARate) {
  rig.attach(peer, kClient);
  rig.table->remove(peer.tag);
  rig.arrive_datagram(kClient, peer.seal(Packet(60, 0x45)));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::no_session, 1}}));
  const auto cells = rig.punted(PuntClass::dead_tag);
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_EQ(cells[0].tag, peer.tag);
  EXPECT_EQ(cells[0].source, kClient);
  EXPECT_EQ(cells[0].wire_size, 60 + kDataOverhead);
  std::size_t told = 0;
  for (int i = 0; i < 300; ++i) {
    rig.arrive_datagram(kClient, peer.control(kRequestSize));
    rig.turn();
    told += rig.punted(PuntClass::dead_tag).size();
  }
  EXPECT_EQ(told, 99u) << "a burst of 100 at one instant, one of them above";
}

TEST_F(Punt, AFullRingOfOneClassLeavesTheOthersAlone) {
  rig.attach(peer, kClient);
  for (int i = 0; i < 10; ++i) {
    rig.arrive_datagram(kClient, message(WireType::handshake_init, kInitSize));
  }
  rig.arrive_datagram(kClient, peer.control(kRequestSize));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::punted, 9}, {Verdict::punt_full, 2}}));
  EXPECT_EQ(rig.punted(PuntClass::control).size(), 1u);
}

}  // namespace
}  // namespace jvpn::test
