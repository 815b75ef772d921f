// SPDX-License-Identifier: Apache-2.0
// What the checkers' own tests share.
#pragma once

#include <gtest/gtest.h>

#include "session/core/wire.h"
#include "tests/sim/checkers/checkers.h"

namespace jvpn::sim {

inline AuditEvent change(const char* from, const char* to, std::uint32_t sequence,
                         Instant at = {}) {
  return {.type = "SessionStateChange",
          .reason = Reason::loss_recovery,
          .session = {},
          .version = {OwnerEpoch{1}, sequence},
          .at = at,
          .fields = {{"previous_state", std::string(from)}, {"new_state", std::string(to)}}};
}

inline SessionView bound_to(std::uint8_t host) {
  SessionView view;
  view.state = State::attached;
  view.client_tag = Tag(77);
  if (host != 0) view.bound = {IpAddress::v4({192, 0, 2, host}), 1000};
  return view;
}

class AChecker : public testing::Test {
 protected:
  /// How many breaches were noted since the last call.
  std::size_t fresh() {
    const std::size_t before = seen_;
    seen_ = breaches.count();
    return seen_ - before;
  }
  World world;
  Policy policy;
  Breaches breaches{world};
  const Tag tag{5};
  const Instant now{1'000'000'000'000};

 private:
  std::size_t seen_ = 0;
};

}  // namespace jvpn::sim
