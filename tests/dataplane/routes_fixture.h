// SPDX-License-Identifier: Apache-2.0
// Routes with a session table of their own, whose one reader is the test.
#pragma once

#include <gtest/gtest.h>

#include "dataplane/routes.h"
#include "packets.h"
#include "tests/session/shared/table_fixture.h"

namespace jvpn::test {

inline IpPrefix route(const char* text) {
  return *parse_prefix(text);
}

struct RoutesInMemory {
  explicit RoutesInMemory(const RouteLimits& limits, std::uint32_t readers = 1)
      : made(TableShape{.slots = 1, .readers = readers, .node = 1}),
        routes(Routes::create(limits, made.table).value()) {
    for (std::uint32_t reader = 0; reader < readers; ++reader) made.table.reader_online(reader);
  }
  /// Every worker has passed, and what waited for it is free.
  void let_grace_pass() {
    made.table.quiescent(0);
    EXPECT_EQ(routes->reclaim(), 0u);
  }
  RouteTo find(const char* text) const { return routes->find(address(text)); }

  TableInMemory made;
  std::unique_ptr<Routes> routes;
};

}  // namespace jvpn::test
