// SPDX-License-Identifier: Apache-2.0
// What a gateway grants inside ACK: read strictly, written back byte by byte, and never values that
// no gateway could have configured.
#include "session/core/handshake.h"

#include "tests/fuzz/fuzz.h"
#include "tests/session/core/hex.h"

namespace jvpn::fuzz {
namespace {

Mark read("read");
Mark replaces("an ACK that names a living session");

}  // namespace

void one(ByteView input) {
  const std::optional<AckPayload> payload = read_ack_payload(input);
  if (!read.hit_if(payload.has_value())) return;
  replaces.hit_if(!payload->live_session.is_zero());
  ensure(is_valid(payload->policy), "a client runs on valid values only");
  expect_same(input, write_ack_payload(*payload), "one payload, one spelling");
}

void seeds(const Keep& keep) {
  AckPayload payload;
  payload.session.bytes = test::rising<16>(0xd0);
  payload.inner_v4 = IpAddress::v4(0x0a4d0002);
  payload.tunnel_mtu = 1420;
  payload.policy_version = {2, 10};
  payload.policy = client_part(Policy{});
  keep("ack", write_ack_payload(payload));
  payload.suite = Suite::chacha20_poly1305;
  payload.live_session.bytes = test::rising<16>(0xe0);
  payload.policy.switching.on_recovery_timeout = OnRecoveryTimeout::terminate;
  keep("replaces", write_ack_payload(payload));
}

}  // namespace jvpn::fuzz
