// SPDX-License-Identifier: Apache-2.0
#include "control/path_token.h"

#include <gtest/gtest.h>

#include "tests/control/gateway_fixture.h"

namespace jvpn::test {
namespace {

struct Tokens : testing::Test {
  Tokens() { keys.rotate(now); }
  bool holds(const PathToken& token) { return path_token_holds(keys, scope, token, 5s, now); }
  SeededRandom random{1};
  RotatingKey keys{random, 5s};
  Instant now{10'000'000'000};
  TokenScope scope{TokenPurpose::probe, SessionId{{1}}, OwnerEpoch{1}, endpoint("192.0.2.1:1")};
};

TEST_F(Tokens, HoldForTheirWholeScopeOnly) {
  const PathToken token = make_path_token(keys.current(), scope, MessageNumber{7}, now);
  EXPECT_TRUE(holds(token));
  for (int change = 0; change < 5; ++change) {
    const TokenScope good = scope;
    if (change == 0) scope.session.bytes[3] = 1;
    if (change == 1) scope.owner_epoch = OwnerEpoch{2};
    if (change == 2) scope.source.port = 2;
    if (change == 3) scope.source.address = IpAddress::v4({192, 0, 2, 2});
    if (change == 4) scope.purpose = TokenPurpose::reattach;
    EXPECT_FALSE(holds(token)) << change;
    scope = good;
  }
  for (int change = 0; change < 3; ++change) {
    PathToken bad = token;
    if (change == 0) bad.number = 8;
    if (change == 1) bad.issued_ms -= 1;
    if (change == 2) bad.proof[15] ^= 1;
    EXPECT_FALSE(holds(bad)) << change;
  }
}

TEST_F(Tokens, OutliveOneRotationAndNoFuture) {
  const PathToken token = make_path_token(keys.current(), scope, MessageNumber{7}, now + 1ms);
  EXPECT_FALSE(holds(token));
  now = now + 5s;
  keys.rotate(now);
  EXPECT_TRUE(holds(token));
  now = now + 2ms;
  EXPECT_FALSE(holds(token));
}

}  // namespace
}  // namespace jvpn::test
