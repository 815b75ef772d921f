// SPDX-License-Identifier: Apache-2.0
#include "dataplane/heartbeat_answer.h"

#include <sodium.h>

#include "dataplane/session_lines.h"
#include "session/core/heartbeat.h"

namespace jvpn {
namespace {

constexpr std::uint64_t kRemembered = 64;
static_assert(kRemembered <= 256, "a reply is found by the low byte of its number");

/// Number of the reply whose nonce this is; 0 when of none that still counts.
std::uint64_t number_of(const Turn& turn, const DownlinkLine& down, Tag tag, std::uint64_t echo) {
  const std::uint64_t last = own(down.replies);
  const std::uint64_t behind = (last - echo) & 0xff;
  if (behind >= kRemembered || behind >= last) return 0;
  const std::uint64_t number = last - behind;
  return reply_nonce(turn.nonce_key, tag, number) == echo ? number : 0;
}

void take_evidence(const Turn& turn, TableRecord& record, Tag tag, const Heartbeat& ask) {
  set(record.uplink.peer_sent, ask.sent);
  set(record.uplink.received_at_ask, own(record.uplink.received));
  set(record.control.rtt_us, ask.rtt_us);
  const std::uint64_t number = number_of(turn, record.downlink, tag, ask.echo);
  if (number <= own(record.uplink.evidenced)) {
    if (turn.now.ns >= own(record.downlink.next_reply_ns)) add(record.control.unechoed, 1);
    return;
  }
  set(record.control.unechoed, 0);
  set(record.uplink.evidenced, number);
  set(record.uplink.evidence_ns, turn.now.ns);
}

Heartbeat make_reply(const Turn& turn, const Burst& burst, std::size_t i, const Heartbeat& ask) {
  TableRecord& record = *burst.record[i];
  add(record.downlink.replies, 1);
  Heartbeat reply;
  reply.kind = HeartbeatKind::reply;
  reply.path = ask.path;
  reply.stretch = burst.snapshot[i]->view.heartbeat_stretch;
  reply.nonce = reply_nonce(turn.nonce_key, burst.tag[i], own(record.downlink.replies));
  reply.echo = ask.nonce;
  reply.sent = own(record.downlink.sent) + 1;
  reply.received = own(record.uplink.received);
  reply.version = burst.snapshot[i]->view.version;
  return reply;
}

void answer(const Turn& turn, Burst& burst, std::size_t i) {
  TableRecord& record = *burst.record[i];
  const auto ask = read_heartbeat(burst.payload_of(i));
  if (!ask || ask->kind != HeartbeatKind::ask) return burst.settle(i, Verdict::heartbeat_malformed);
  // A draining path feeds no health, and nothing is ever sent there.
  if (burst.role[i] != SourceRole::bound) return burst.settle(i, Verdict::absorbed);
  if (!is_overtaken(*ask, record.uplink)) take_evidence(turn, record, burst.tag[i], *ask);
  if (turn.now.ns < own(record.downlink.next_reply_ns)) return burst.settle(i, Verdict::absorbed);
  set(record.downlink.next_reply_ns, (turn.now + kHeartbeatReplyInterval).ns);
  write_heartbeat(make_reply(turn, burst, i, *ask),
                  burst.payload_of(i).first<kHeartbeatInnerSize>());
  burst.lane[i] = Lane::seal;
  burst.ecn[i] = 0;
  burst.once_sealed[i] = Verdict::answered;
}

}  // namespace

std::uint64_t reply_nonce(const Bytes<16>& key, Tag tag, std::uint64_t number) {
  static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
  const std::array<BigEndian<std::uint64_t>, 2> input{tag.value(), number};
  const auto bytes = std::bit_cast<Bytes<16>>(input);
  Bytes<8> hash;
  crypto_shorthash(hash.data(), bytes.data(), bytes.size(), key.data());
  const std::uint64_t random = load<BigEndian<std::uint64_t>>(hash.data()).value();
  return (random & ~std::uint64_t{0xff}) | (number & 0xff);
}

void answer_heartbeats(Turn& turn, Burst& burst) {
  for (const std::size_t i : burst.in(Lane::opened)) {
    if (is_heartbeat(burst.payload_of(i))) answer(turn, burst, i);
  }
}

}  // namespace jvpn
