// SPDX-License-Identifier: Apache-2.0
// A client that is bound at home, and packets of its session from elsewhere.
#pragma once

#include <gtest/gtest.h>

#include "tests/control/client_fixture.h"

namespace jvpn::test {

inline const Endpoint kRebound = endpoint("192.0.2.1:4711");

struct Notice : testing::Test {
  void SetUp() override {
    ASSERT_TRUE(client.connect());
    gateway.sent.clear();
  }
  FakeGateway gateway;
  FakeClient client{gateway};
};

}  // namespace jvpn::test
