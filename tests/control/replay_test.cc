// SPDX-License-Identifier: Apache-2.0
// I11, I12: what was recorded or forged changes nothing, whenever and wherever it is sent.
#include <gtest/gtest.h>

#include "tests/control/client_fixture.h"

namespace jvpn::test {
namespace {

struct Recorded {
  Datagram datagram;
  Endpoint source;
  bool handshake = false;
};

/// A life with births, jumps, a notice, path checks and a denied jump, all of it recorded.
struct Life {
  Life() {
    record(client.init(), true, kHome);
    client.read_ack(gateway.sent.back().payload);
    record(client.confirm(), true, kHome);
    const auto done = client.last<HandshakeDone>(kHome);
    client.tag = done->tag;
    client.bound_version = done->bound_version;
    record(client.seal(PathProbe{}), false, kHome);
    record(client.request(2), false, kMobile);
    record(client.answer(kMobile, 2), false, kMobile);
    client.learn_ack(kMobile);
    record(client.request(3), false, kElsewhere);
    record(client.answer(kElsewhere, 3), false, kElsewhere);  // denied: cooldown
    gateway.unbound(client.tag, rebound);
    record(client.answer_notice(rebound, 2), false, rebound);
    client.learn_ack(rebound);
    record(client.seal(HandshakeDone{}), false, rebound);
    record(client.seal(PathResponse{}), false, rebound);
  }
  void record(Datagram datagram, bool handshake, const Endpoint& source) {
    send({datagram, source, handshake}, source);
    all.push_back({std::move(datagram), source, handshake});
    gateway.pass(10ms);
  }
  void send(const Recorded& recorded, const Endpoint& source) {
    if (recorded.handshake) {
      gateway.handshake(recorded.datagram, source);
    } else {
      gateway.control(recorded.datagram, source);
    }
  }

  FakeGateway gateway;
  FakeClient client{gateway};
  Endpoint rebound = endpoint("198.51.100.7:5999");
  std::vector<Recorded> all;
};

TEST(Replay, OfAnythingFromAnywhereChangesNothing) {
  Life life;
  ASSERT_EQ(life.gateway.session().bound, life.rebound);
  const std::string before = life.gateway.picture();
  for (const Duration later : {0ms, 1000ms, 4000ms, 6000ms, 30'000ms}) {
    life.gateway.now = life.gateway.now + later;
    for (const Recorded& recorded : life.all) {
      for (const Endpoint& from : {recorded.source, kHome, kMobile, life.rebound, kElsewhere}) {
        life.gateway.sent.clear();
        life.send(recorded, from);
        EXPECT_EQ(life.gateway.picture(), before);
        ASSERT_LE(life.gateway.sent.size(), 1u);
        if (life.gateway.sent.empty()) continue;
        EXPECT_EQ(life.gateway.sent[0].destination, from);
        EXPECT_LE(life.gateway.sent[0].payload.size(), recorded.datagram.size());
      }
    }
  }
}

TEST(Replay, AfterTheEndRevivesNothing) {
  Life life;
  life.gateway.terminate(life.client.ack->session);
  const std::string ended = life.gateway.picture();
  for (const Recorded& recorded : life.all) life.send(recorded, recorded.source);
  EXPECT_EQ(life.gateway.picture(), ended);
  EXPECT_TRUE(life.gateway.core.sessions(life.gateway.now).empty());
}

TEST(Replay, DoesNotSlowTheNextJumpDown) {
  Life life;
  life.gateway.pass(2s);
  life.gateway.healthy(life.client.tag);
  for (int n = 0; n < 1000; ++n) {
    for (const Recorded& recorded : life.all) {
      if (!recorded.handshake) life.send(recorded, kElsewhere);
    }
  }
  life.client.jump(kHome, 1);
  EXPECT_EQ(life.gateway.session().bound, kHome);
}

TEST(Replay, FloodIsToldAsOneEventWithItsCount) {
  Life life;
  for (int n = 0; n < 500; ++n) life.send(life.all[3], kMobile);
  life.gateway.pass(0ms);
  ASSERT_EQ(life.gateway.events("SecurityReplayDetected").size(), 1u);
  EXPECT_EQ(life.gateway.events("SecurityReplayDetected")[0].reason, Reason::replay_detected);
  EXPECT_EQ(field(life.gateway.events("SecurityReplayDetected")[0], "count"), "500");
  life.send(life.all[3], kMobile);
  life.gateway.pass(9s);
  life.gateway.healthy(life.client.tag);
  EXPECT_EQ(life.gateway.events("SecurityReplayDetected").size(), 1u);
  life.gateway.pass(1s);
  EXPECT_EQ(life.gateway.events("SecurityReplayDetected").size(), 2u);
}

TEST(Forgery, OfAnyByteOfAnyMessageChangesNothing) {
  Life life;
  const Datagram fresh = life.client.request(1);
  const std::string before = life.gateway.picture();
  life.gateway.sent.clear();
  for (std::size_t at = 1; at < fresh.size(); ++at) {
    Datagram forged = fresh;
    forged[at] ^= 0x01;
    EXPECT_FALSE(life.gateway.control(forged, kElsewhere));
  }
  EXPECT_EQ(life.gateway.picture(), before);
  EXPECT_TRUE(life.gateway.sent.empty());
}

TEST(Forgery, OfRandomHandshakesChangesNothing) {
  Life life;
  SeededRandom random(99);
  const std::string before = life.gateway.picture();
  life.gateway.sent.clear();
  for (std::size_t size = 0; size <= 1300; ++size) {
    Datagram noise(size);
    random.fill(noise);
    if (size > 0) noise[0] = static_cast<std::uint8_t>(noise[0] % 2 == 0 ? 0x10 : 0x40);
    life.gateway.handshake(noise, kElsewhere);
    life.gateway.now = life.gateway.now + 5ms;
  }
  EXPECT_EQ(life.gateway.picture(), before);
  EXPECT_TRUE(life.gateway.sent.empty());
}

TEST(SameInputs, GiveTheSameAuditAndTheSameBytes) {
  Life first;
  Life second;
  EXPECT_EQ(first.gateway.picture(), second.gateway.picture());
  ASSERT_EQ(first.gateway.sent.size(), second.gateway.sent.size());
  for (std::size_t n = 0; n < first.gateway.sent.size(); ++n) {
    EXPECT_EQ(first.gateway.sent[n].payload, second.gateway.sent[n].payload);
  }
}

TEST(Versions, RiseByOneAndMatchTheEvents) {
  Life life;
  std::uint32_t expected = 1;
  for (const AuditEvent& event : life.gateway.events("SessionStateChange")) {
    EXPECT_EQ(event.version.sequence, expected++);
  }
  EXPECT_EQ(life.gateway.session().version.sequence, expected - 1);
}

}  // namespace
}  // namespace jvpn::test
