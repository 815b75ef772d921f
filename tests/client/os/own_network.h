// SPDX-License-Identifier: Apache-2.0
// A network namespace of the test process's own. Without the privilege for it the tests are
// skipped, and say what stays unproven.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <string>

namespace jvpn::client {

inline bool shell(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

class OwnNetwork : public testing::Test {
 protected:
  void SetUp() override {
    static const bool entered = unshare(CLONE_NEWNET) == 0 && shell("ip link set lo up");
    if (!entered) {
      GTEST_SKIP() << "no network namespace (needs root): tunnel, sockets and link events unproven";
    }
  }
};

}  // namespace jvpn::client
