// SPDX-License-Identifier: Apache-2.0
#include "dataplane/heartbeat_answer.h"

#include "dataplane/heartbeat_reply.h"

namespace jvpn {
namespace {

void answer(const Turn& turn, Burst& burst, std::size_t i) {
  const auto ask = read_heartbeat(burst.payload_of(i));
  if (!ask || ask->kind != HeartbeatKind::ask) return burst.settle(i, Verdict::heartbeat_malformed);
  // A draining path feeds no health, and nothing is ever sent there.
  if (burst.role[i] != SourceRole::bound) return burst.settle(i, Verdict::absorbed);
  const Answerer by{turn.nonce_key, burst.tag[i], turn.now};
  const auto reply = answer_ask(by, *burst.record[i], burst.snapshot[i]->view, *ask);
  if (!reply) return burst.settle(i, Verdict::absorbed);
  write_heartbeat(*reply, burst.payload_of(i).first<kHeartbeatInnerSize>());
  burst.lane[i] = Lane::seal;
  burst.ecn[i] = 0;
  burst.once_sealed[i] = Verdict::answered;
}

}  // namespace

void answer_heartbeats(Turn& turn, Burst& burst) {
  for (const std::size_t i : burst.in(Lane::heartbeat)) answer(turn, burst, i);
}

}  // namespace jvpn
