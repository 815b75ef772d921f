// SPDX-License-Identifier: Apache-2.0
// What the gateway asks of its own accord about paths.
#include "tests/client/jump_fixture.h"

namespace jvpn::client {
namespace {

TEST_F(ClientJump, AnswersANoticeAtOnceOnThePathInUse) {
  world.rebind_nat(World::kWifi);
  const Endpoint seen = world.source_of(World::kWifi);
  world.send_down(world.gateway.notice(seen));
  ASSERT_TRUE(world.run_until([&] { return world.gateway.bound() == seen; }, world.delay * 3));
  ASSERT_TRUE(
      world.run_until([&] { return world.agent.status().observed == seen; }, world.delay * 2));
  EXPECT_EQ(world.last_reason("TransportSwitch"), Reason::nat_rebind_detected);
  EXPECT_EQ(heard<ReattachRequest>(), 0u);
  const auto& confirm = std::get<ReattachConfirm>(world.gateway.heard.back().first.body);
  EXPECT_EQ(confirm.token.number, 0u);
}

TEST_F(ClientJump, AnswersOneNoticeWhileItsConfirmIsUnderWay) {
  world.rebind_nat(World::kWifi);
  const Endpoint seen = world.source_of(World::kWifi);
  for (int i = 0; i < 3; ++i) world.send_down(world.gateway.notice(seen));
  world.run_for(1s);
  EXPECT_EQ(heard<ReattachConfirm>(), 1u);
  EXPECT_EQ(world.count_events("TransportSwitch"), 1u);
}

TEST_F(ClientJump, IgnoresANoticeOnAPathThatItDoesNotUse) {
  world.send_down(world.gateway.notice(world.source_of(World::kLte)));
  world.run_for(1s);
  EXPECT_EQ(heard<ReattachConfirm>(), 0u);
  EXPECT_EQ(world.agent.status().bound.path, World::kWifi);
}

TEST_F(ClientJump, AnswersAPathChallengeOnlyWhereItIs) {
  world.send_down(world.gateway.path_challenge(77));
  world.run_for(100ms);
  ASSERT_EQ(heard<PathResponse>(), 1u);
  EXPECT_EQ(std::get<PathResponse>(world.gateway.heard.back().first.body).token.issued_ms, 77u);
  // The answer to one that reaches the old path after the move would revert it.
  const Addressed late = world.gateway.path_challenge(78);
  link_down(World::kWifi);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  world.set_path(World::kWifi, World::wifi_state());
  world.send_down(late);
  world.run_for(100ms);
  EXPECT_EQ(heard<PathResponse>(), 1u);
}

}  // namespace
}  // namespace jvpn::client
