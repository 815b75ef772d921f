// SPDX-License-Identifier: Apache-2.0
// A client that is connected to a gateway with a policy of the test's own.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "tests/control/client_fixture.h"

namespace jvpn::test {

struct Connected : testing::Test {
  /// Anew: a gateway with this policy, and its first peer connected.
  void connect(const Policy& policy, std::size_t peers = 1) {
    Configured setup;
    setup.policy = policy;
    setup.peers = peers;
    gateway = std::make_unique<FakeGateway>(std::move(setup));
    client = std::make_unique<FakeClient>(*gateway);
    ASSERT_TRUE(client->connect());
    gateway->sent.clear();
  }
  std::unique_ptr<FakeGateway> gateway;
  std::unique_ptr<FakeClient> client;
};

}  // namespace jvpn::test
