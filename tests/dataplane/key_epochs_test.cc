// SPDX-License-Identifier: Apache-2.0
// A rekey as the workers live through it: two epochs open, one seals, the old one ends.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "rig.h"
#include "session/core/key_budget.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kClient = endpoint("203.0.113.7:40000");
const Endpoint kElsewhere = endpoint("203.0.113.8:40000");

Packet up() {
  return udp_packet(endpoint("10.77.0.2:1"), endpoint("192.0.2.80:80"), Packet(50, 1));
}
Packet down() {
  return udp_packet(endpoint("192.0.2.80:80"), endpoint("10.77.0.2:1"), Packet(50, 2));
}

class KeyEpochs : public testing::TestWithParam<Suite> {
 protected:
  KeyEpochs() { rig.attach(peer, kClient); }

  /// One packet up, from `from`; what became of it.
  Verdicts arrive(const Packet& datagram, const Endpoint& from = kClient) {
    rig.arrive_datagram(from, datagram);
    rig.turn();
    rig.sent(Rig::kPlaintext);
    return rig.new_verdicts();
  }
  /// One packet down, opened.
  TunnelPeer::Opened take_down() {
    rig.arrive_plaintext(down());
    const auto opened = peer.open(udp_payload_of(rig.turn_and_take(Rig::kUnderlay)));
    EXPECT_TRUE(opened.has_value());
    rig.new_verdicts();
    return opened.value_or(TunnelPeer::Opened{});
  }
  void let_seal_under_next() {
    SessionView view = rig.view_of(peer, kClient);
    view.key_epoch = TunnelPeer::kSecond;
    peer.publish(*rig.table, view, rig.outer_to(kClient));
  }

  Rig rig;
  TunnelPeer peer{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Suites, KeyEpochs,
                         testing::Values(Suite::aes_256_gcm, Suite::chacha20_poly1305),
                         [](const auto& suite) {
                           return suite.param == Suite::aes_256_gcm ? "AesGcm" : "ChaCha";
                         });

TEST_P(KeyEpochs, BothOpenEachWithAWindowOfItsOwn) {
  const Packet old_packet = peer.seal(up(), 5);
  peer.stage(*rig.table);
  peer.seal_under_next();
  const Packet new_packet = peer.seal(up(), 5);
  EXPECT_EQ(arrive(new_packet), (Verdicts{{Verdict::forwarded, 1}}));
  EXPECT_EQ(arrive(old_packet), (Verdicts{{Verdict::forwarded, 1}}));
  EXPECT_EQ(arrive(new_packet), (Verdicts{{Verdict::duplicate, 1}}));
  EXPECT_EQ(arrive(old_packet), (Verdicts{{Verdict::duplicate, 1}}));
  EXPECT_EQ(rig.health(peer).received, 2u);
}

TEST_P(KeyEpochs, OneThatIsNotLiveOpensNothing) {
  peer.seal_under_next();
  EXPECT_EQ(arrive(peer.seal(up())), (Verdicts{{Verdict::unknown_key_epoch, 1}}));
  EXPECT_EQ(rig.health(peer).failed_opens, 0u);
}

TEST_P(KeyEpochs, SealingFollowsTheClientsFirstPacketUnderTheNext) {
  peer.stage(*rig.table);
  EXPECT_EQ(take_down().key_epoch, TunnelPeer::kFirst);
  EXPECT_EQ(arrive(peer.seal(up())), (Verdicts{{Verdict::forwarded, 1}}));
  EXPECT_EQ(take_down().key_epoch, TunnelPeer::kFirst);
  peer.seal_under_next();
  arrive(peer.seal(up()));
  const TunnelPeer::Opened first = take_down();
  EXPECT_EQ(first.key_epoch, TunnelPeer::kSecond);
  EXPECT_EQ(first.counter, 0u);
  EXPECT_EQ(rig.health(peer).opened_key_epoch, TunnelPeer::kSecond);
}

TEST_P(KeyEpochs, SealingFollowsControlsWord) {
  peer.stage(*rig.table);
  let_seal_under_next();
  EXPECT_EQ(take_down().key_epoch, TunnelPeer::kSecond);
}

TEST_P(KeyEpochs, ControlsWordWithoutStagedKeysChangesNothing) {
  let_seal_under_next();
  EXPECT_EQ(take_down().key_epoch, TunnelPeer::kFirst);
}

TEST_P(KeyEpochs, AForgedPacketUnderTheNextMovesNothing) {
  peer.stage(*rig.table);
  peer.seal_under_next();
  Packet forged = peer.seal(up());
  forged.back() ^= 1;
  EXPECT_EQ(arrive(forged), (Verdicts{{Verdict::open_failed, 1}}));
  EXPECT_EQ(take_down().key_epoch, TunnelPeer::kFirst);
  EXPECT_EQ(rig.health(peer).opened_key_epoch, KeyEpoch{});
}

TEST_P(KeyEpochs, AnAuthenticPacketShowsTheKeyWhereverItComesFrom) {
  peer.stage(*rig.table);
  peer.seal_under_next();
  EXPECT_EQ(arrive(peer.seal(up()), kElsewhere), (Verdicts{{Verdict::unbound_transport, 1}}));
  EXPECT_EQ(take_down().key_epoch, TunnelPeer::kSecond);
}

TEST_P(KeyEpochs, TheOldOneEndsInTheMidstOfTraffic) {
  const Packet in_flight = peer.seal(up(), 70);
  peer.stage(*rig.table);
  peer.seal_under_next();
  const Packet before = peer.seal(up());
  arrive(before);
  EXPECT_EQ(take_down().counter, 0u);
  rig.table->retire_keys(peer.tag);
  EXPECT_EQ(arrive(in_flight), (Verdicts{{Verdict::unknown_key_epoch, 1}}));
  EXPECT_EQ(arrive(before), (Verdicts{{Verdict::duplicate, 1}})) << "the window moved too";
  EXPECT_EQ(arrive(peer.seal(up())), (Verdicts{{Verdict::forwarded, 1}}));
  const TunnelPeer::Opened after = take_down();
  EXPECT_EQ(after.key_epoch, TunnelPeer::kSecond);
  EXPECT_EQ(after.counter, 1u);
  rig.table->reclaim();
  EXPECT_EQ(take_down().counter, 2u);
  EXPECT_EQ(rig.health(peer).key_epoch, TunnelPeer::kSecond);
}

TEST_P(KeyEpochs, TheOldOneEndsWithoutAnyTraffic) {
  peer.stage(*rig.table);
  rig.table->retire_keys(peer.tag);
  EXPECT_EQ(rig.health(peer).key_epoch, TunnelPeer::kFirst);
  EXPECT_EQ(rig.turn(), 0u);
  EXPECT_EQ(rig.health(peer).key_epoch, TunnelPeer::kSecond);
}

TEST_P(KeyEpochs, HeartbeatsGoOnUnderBoth) {
  const auto beat = [&] {
    rig.now = rig.now + 500ms;
    Heartbeat ask;
    ask.nonce = 9;
    rig.arrive_datagram(kClient, peer.ask(ask));
    const auto opened = peer.open(udp_payload_of(rig.turn_and_take(Rig::kUnderlay)));
    const auto reply = read_heartbeat(opened->inner);
    EXPECT_EQ(reply->echo, 9u);
    return std::pair(opened->key_epoch, reply->sent);
  };
  EXPECT_EQ(beat(), std::pair(TunnelPeer::kFirst, std::uint64_t{1}));
  peer.stage(*rig.table);
  EXPECT_EQ(beat(), std::pair(TunnelPeer::kFirst, std::uint64_t{2}));
  peer.seal_under_next();
  EXPECT_EQ(beat(), std::pair(TunnelPeer::kSecond, std::uint64_t{3})) << "one binding, one count";
  rig.table->retire_keys(peer.tag);
  EXPECT_EQ(beat(), std::pair(TunnelPeer::kSecond, std::uint64_t{4}));
}

TEST_P(KeyEpochs, EachKeyHasItsBudgetOfBlocksAndFailures) {
  arrive(peer.seal(up()));
  take_down();
  EXPECT_EQ(rig.health(peer).blocks, blocks_of(up().size()));
  Packet forged = peer.seal(up());
  forged.back() ^= 1;
  arrive(forged);
  EXPECT_EQ(rig.health(peer).failed_opens, 1u);
  rig.record(peer).uplink.key.blocks = kBlocksPerKey;
  EXPECT_EQ(arrive(peer.seal(up())), (Verdicts{{Verdict::key_expired, 1}}));
  peer.stage(*rig.table);
  peer.seal_under_next();
  EXPECT_EQ(arrive(peer.seal(up())), (Verdicts{{Verdict::forwarded, 1}})) << "a key of its own";
}

TEST_P(KeyEpochs, AKeyThatFailedTooOftenOpensNothingMore) {
  rig.record(peer).uplink.key.failed_opens = failed_opens_limit(GetParam()) - 1;
  Packet forged = peer.seal(up());
  forged.back() ^= 1;
  EXPECT_EQ(arrive(forged), (Verdicts{{Verdict::open_failed, 1}}));
  EXPECT_EQ(arrive(peer.seal(up())), (Verdicts{{Verdict::key_expired, 1}}));
}

/// I13, over every order of events that a rekey can have.
TEST_P(KeyEpochs, NoKeySealsTwoPacketsUnderOneCounter) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  for (int life = 0; life < 60; ++life) {
    rig.table->remove(peer.tag);
    for (int turn = 0; turn < 2; ++turn) {  // a block on its way to the worker comes back by it
      rig.turn();
      rig.table->reclaim();
    }
    peer = TunnelPeer(GetParam());
    rig.attach(peer, kClient);
    std::set<std::pair<std::uint32_t, std::uint64_t>> used;
    int stage = 0;
    for (int step = 0; step < 40; ++step) {
      const auto event = random() % 8;
      if (event == 0 && stage == 0) peer.stage(*rig.table), stage = 1;
      if (event == 1 && stage == 1) peer.seal_under_next(), stage = 2;
      if (event == 2 && stage == 1) let_seal_under_next();
      if (event == 3 && stage == 2) rig.table->retire_keys(peer.tag), stage = 3;
      if (event == 4) arrive(peer.seal(up()));
      if (event == 5) rig.table->reclaim();
      if (event < 6) continue;
      const TunnelPeer::Opened opened = take_down();
      EXPECT_TRUE(used.emplace(opened.key_epoch.value, opened.counter).second);
    }
  }
}

}  // namespace
}  // namespace jvpn::test
