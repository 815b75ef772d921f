// SPDX-License-Identifier: Apache-2.0
// A client that has been ATTACHED by Wi-Fi for a while, with LTE standing by.
#pragma once

#include <gtest/gtest.h>

#include "client/timing.h"
#include "tests/client/world.h"

namespace jvpn::client {

class ClientJump : public ::testing::Test {
 protected:
  void SetUp() override {
    world.gateway.answers_probes = false;  // the other path is unknown to the gateway
    world.start();
    ASSERT_TRUE(world.attach());
    world.run_for(3s);
    world.events.clear();
    world.sent.clear();
    session = world.agent.status().session;
  }
  void TearDown() override { EXPECT_EQ(world.agent.status().session, session); }

  void link_down(PathId path) {
    PathState state = path == World::kWifi ? World::wifi_state() : World::lte_state();
    state.up = false;
    world.set_path(path, state);
  }
  bool is_on(PathId path) { return world.is_attached() && world.agent.status().bound.path == path; }
  bool moves_to(PathId path, Duration limit) {
    return world.run_until([&] { return is_on(path); }, limit);
  }
  template <class Body>
  std::size_t heard() const {
    std::size_t count = 0;
    for (const auto& [message, source] : world.gateway.heard) {
      count += std::holds_alternative<Body>(message.body);
    }
    return count;
  }

  World world;
  SessionId session;
};

}  // namespace jvpn::client
