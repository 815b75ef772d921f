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

TEST_F(Punt, OneBurstOpensABoundedNumberOfControlMessages) {
  rig.attach(peer, kClient);
  for (std::size_t i = 0; i < kBurst; ++i) {
    Packet forged = peer.control(kRequestSize);
    forged.back() ^= 1;
    rig.arrive_datagram(kClient, forged);
  }
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(),
            (Verdicts{{Verdict::open_failed, kControlOpensPerBurst},
                      {Verdict::control_budget, kBurst - kControlOpensPerBurst}}));
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
