// SPDX-License-Identifier: Apache-2.0
// A client that is bound at home and wants to move.
#pragma once

#include <gtest/gtest.h>

#include "tests/control/client_fixture.h"

namespace jvpn::test {

using Strings = std::vector<std::string>;

struct Reattaching : testing::Test {
  void SetUp() override { ASSERT_TRUE(client.connect()); }
  /// Silence until the binding is gone.
  void lose_binding() {
    gateway.pass(3s);
    gateway.healthy(client.tag, 3s);
  }
  Strings new_transitions() {
    Strings all = gateway.transitions();
    all.erase(all.begin());  // the birth
    return all;
  }
  SessionView view() const { return gateway.views.at(client.tag); }
  Reason rejected(const Endpoint& at) const {
    return client.last<ReattachReject>(at).value_or(ReattachReject{}).reason;
  }

  FakeGateway gateway;
  FakeClient client{gateway};
};

}  // namespace jvpn::test
