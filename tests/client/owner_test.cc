// SPDX-License-Identifier: Apache-2.0
// More than one node: who is believed, and when.
#include <gtest/gtest.h>

#include "client/timing.h"
#include "tests/client/world.h"

namespace jvpn::client {
namespace {

const Endpoint kOther = *parse_endpoint("203.0.113.2:51820");

class ClientOwner : public ::testing::Test {
 protected:
  void SetUp() override {
    world.gateway.answers_probes = false;
    world.start();
    ASSERT_TRUE(world.attach());
    world.run_for(1s);
    world.events.clear();
    world.gateway.heard.clear();
    session = world.agent.status().session;
  }
  void wifi_down() {
    PathState down = World::wifi_state();
    down.up = false;
    world.set_path(World::kWifi, down);
  }
  void learn_other() {
    PolicyUpdate update;
    update.policy = world.gateway.offer.policy;
    update.tunnel_mtu = 1420;
    update.endpoints[0] = kOther;
    world.send_down(world.gateway.say_now(update));
    world.run_for(50ms);
  }
  bool moves_to(PathId path, Duration limit = 2s) {
    return world.run_until(
        [&] { return world.is_attached() && world.agent.status().bound.path == path; }, limit);
  }
  template <class Body>
  const Body* last() const {
    const Body* found = nullptr;
    for (const auto& [message, source] : world.gateway.heard) {
      if (const auto* body = std::get_if<Body>(&message.body)) found = body;
    }
    return found;
  }

  World world;
  SessionId session;
};

TEST_F(ClientOwner, FollowsANewOwnerWithKeysOfItsOwn) {
  world.gateway.move_to(Owner{2, 77});
  wifi_down();
  ASSERT_TRUE(moves_to(World::kLte));
  EXPECT_EQ(world.agent.status().session, session);
  EXPECT_EQ(world.agent.status().version.owner_epoch, OwnerEpoch{2});
  EXPECT_EQ(world.count_events("OwnerAcquired"), 1u);
  EXPECT_EQ(world.gateway.key_epoch(), KeyEpoch{1});
  ASSERT_TRUE(world.send_inner(3));
  world.send_down(world.gateway.data(World::inner_packet("10.99.0.2", "10.77.0.2", 5)));
  world.run_for(50ms);
  EXPECT_EQ(world.gateway.delivered.size(), 1u);
  EXPECT_EQ(world.delivered.size(), 1u);
}

TEST_F(ClientOwner, SendsNoDataBeforeANewOwnerHasAcknowledged) {
  world.gateway.move_to(Owner{2, 77});
  wifi_down();
  while (!world.is_attached()) {
    EXPECT_FALSE(world.send_inner(1)) << "it has no keys of ours yet";
    world.run_for(1ms);
  }
  EXPECT_TRUE(world.send_inner(2));
}

TEST_F(ClientOwner, ForgetsAnOwnerThatOnlyChallenged) {
  world.gateway.move_to(Owner{2, 77});
  world.weather = [acks = 0](World::Way way, PathId, const Datagram& datagram) mutable {
    const bool control = way == World::Way::down && datagram[0] >> 4 == 6;
    return control && ++acks > 1 ? 0u : 1u;  // the CHALLENGE, and no more
  };
  wifi_down();
  world.run_for(100ms);
  EXPECT_EQ(world.agent.status().version.owner_epoch, OwnerEpoch{1});
  EXPECT_EQ(world.count_events("OwnerAcquired"), 0u);
}

TEST_F(ClientOwner, BelievesNoOtherOwnerOfTheSameEpoch) {
  // The node that served us restarted from a copy: same epoch, another life.
  world.gateway.claimed_owner = Owner{1, 999};
  wifi_down();
  world.run_for(500ms);
  EXPECT_NE(world.agent.status().state, State::attached);
  EXPECT_EQ(world.last_reason("SecurityOwnershipAnomaly"), Reason::ownership_conflict);
}

TEST_F(ClientOwner, EndsWhenTheEpochGoesBack) {
  world.gateway.shown_epoch = OwnerEpoch{0};
  wifi_down();
  ASSERT_TRUE(world.run_until([&] { return world.count_events("SessionTerminated") == 1; }, 2s));
  EXPECT_EQ(world.last_reason("SessionTerminated"), Reason::state_rolled_back);
  EXPECT_EQ(world.count_events("TransportSwitch"), 0u) << "an ACK of the past binds nothing";
}

TEST_F(ClientOwner, AnswersACallByARequestAndOnePerSecond) {
  for (int i = 0; i < 5; ++i) {
    world.send_down(world.gateway.say_now(Call{}));
    world.run_for(50ms);
  }
  std::size_t requests = 0;
  for (const auto& [message, source] : world.gateway.heard) {
    requests += std::holds_alternative<ReattachRequest>(message.body);
  }
  EXPECT_EQ(requests, 1u);
  EXPECT_TRUE(world.is_attached());
}

TEST_F(ClientOwner, GoesWhereADrainedNodeSendsIt) {
  Migrate migrate;
  migrate.endpoints[0] = kOther;
  world.sent.clear();
  world.send_down(world.gateway.say_now(migrate));
  world.run_for(20ms);
  ASSERT_EQ(world.endpoints.size(), 2u);
  EXPECT_EQ(world.endpoints[1], kOther);
  const auto asked = std::find_if(world.sent.begin(), world.sent.end(), [](const auto& sent) {
    return sent.second.route.gateway == kOther;
  });
  ASSERT_NE(asked, world.sent.end());
  EXPECT_EQ(asked->second.payload.size(), kRequestSize);
  EXPECT_EQ(world.agent.status().state, State::attached) << "the old node serves on";
}

TEST_F(ClientOwner, SaysThatTheOwnerIsSilentOnlyAfterItWas) {
  learn_other();
  world.gateway.heard.clear();
  world.silent_endpoint = *parse_endpoint("203.0.113.1:51820");
  wifi_down();
  ASSERT_TRUE(world.run_until([&] { return last<ReattachRequest>() != nullptr; }, 1s));
  EXPECT_FALSE(last<ReattachRequest>()->owner_silent);
  const auto is_said = [&] {
    const auto* request = last<ReattachRequest>();
    if (request != nullptr && request->owner_silent) return true;
    // Until it says so, the other node sends it back to the owner.
    world.gateway.next_reject = ReattachReject{Reason::owner_elsewhere, world.gateway.version(),
                                               world.gateway.version(), 0};
    return false;
  };
  ASSERT_TRUE(world.run_until(is_said, 8s));
  EXPECT_TRUE(moves_to(World::kLte));
}

TEST_F(ClientOwner, AsksTheOthersInTurnAndEverMoreSlowlyWhereTheOwnerIsOutOfReach) {
  PolicyUpdate update;
  update.policy = world.gateway.offer.policy;
  update.tunnel_mtu = 1420;
  update.endpoints[0] = *parse_endpoint("[2001:db8::2]:51820");
  update.endpoints[1] = *parse_endpoint("[2001:db8::3]:51820");
  world.send_down(world.gateway.say_now(update));
  world.run_for(50ms);
  world.set_path(World::kLte, {true, {}, *parse_address("2001:db8:1::20")});
  const auto requests = [&] {
    std::vector<std::pair<Instant, Endpoint>> all;
    for (const auto& [at, sent] : world.sent) {
      if (sent.payload.size() == kRequestSize) all.emplace_back(at, sent.route.gateway);
    }
    return all;
  };
  world.sent.clear();
  world.gateway.heard.clear();
  wifi_down();
  const auto& version = world.gateway.version();
  const auto is_owner_given_up = [&] {
    world.gateway.next_reject = ReattachReject{Reason::owner_elsewhere, version, version, 0};
    const auto* request = last<ReattachRequest>();
    return request != nullptr && request->owner_silent;
  };
  ASSERT_TRUE(world.run_until(is_owner_given_up, 2s));
  const auto asked = requests();
  ASSERT_GE(asked.size(), 4u);
  for (std::size_t i = 1; i < asked.size(); ++i) {
    EXPECT_NE(asked[i].second, asked[i - 1].second);
    const auto rounds = static_cast<int>(i - 1) / 2;
    EXPECT_GE(asked[i].first - asked[i - 1].first, kRequestFirstWait * (1 << rounds));
  }
}

TEST_F(ClientOwner, ANodeThatNeverHeardOfTheSessionDoesNotEndItWhileItsOwnerMayComeBack) {
  learn_other();
  world.silent_endpoint = *parse_endpoint("203.0.113.1:51820");
  world.gateway.restart();  // what answers now is another node
  wifi_down();
  const Duration window = world.gateway.offer.policy.switching.recovery_window;
  world.run_for(window - 1s);
  EXPECT_GT(world.gateway.inits, 1u) << "it was asked whether it knows the session";
  EXPECT_EQ(world.agent.status().session, session);
  EXPECT_EQ(world.count_events("SessionTerminated"), 0u);
  world.run_for(3s);
  EXPECT_EQ(world.last_reason("SessionTerminated"), Reason::unknown_session);
}

TEST_F(ClientOwner, WaitsAsLongAsAnAdmissionIsDeferredAndStaysRecovering) {
  world.gateway.next_reject = ReattachReject{Reason::admission_deferred, world.gateway.version(),
                                             world.gateway.version(), 1500};
  wifi_down();
  world.run_for(1s);
  EXPECT_EQ(world.agent.status().state, State::recovering);
  ASSERT_TRUE(moves_to(World::kLte));
  const auto changes = world.state_changes();
  EXPECT_EQ(changes.back(), "RECOVERING>ATTACHED reattach_success");
}

}  // namespace
}  // namespace jvpn::client
