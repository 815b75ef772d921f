// SPDX-License-Identifier: Apache-2.0
#include "session/core/heartbeat.h"

#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {
namespace {

Mark ask("an ask");
Mark reply("a reply");

using Inner = Bytes<kHeartbeatInnerSize>;

}  // namespace

void one(ByteView input) {
  Inner padded{};  // a short input is a heartbeat padded with zeros
  std::copy_n(input.begin(), std::min(input.size(), padded.size()), padded.begin());
  const std::optional<Heartbeat> heartbeat = read_heartbeat(padded);
  ensure(input.size() == padded.size() || !read_heartbeat(input), "one size only");
  if (!heartbeat) return;
  ensure(is_heartbeat(padded), "told apart from IP by its first nibble");
  ask.hit_if(heartbeat->kind == HeartbeatKind::ask);
  reply.hit_if(heartbeat->kind == HeartbeatKind::reply);
  Inner out{};
  write_heartbeat(*heartbeat, out);
  expect_same(padded, out, "one heartbeat, one spelling");
}

void seeds(const Keep& keep) {
  Inner out{};
  Heartbeat heartbeat{HeartbeatKind::ask, PathId{1}, 0, 2, 3, 4, 5, StateVersion{OwnerEpoch{1}, 6}};
  write_heartbeat(heartbeat, out);
  keep("ask", ByteView(out).first(44));
  heartbeat.kind = HeartbeatKind::reply;
  heartbeat.stretch = 4;
  write_heartbeat(heartbeat, out);
  keep("reply", out);
}

}  // namespace jvpn::fuzz
