// SPDX-License-Identifier: Apache-2.0
#include "dataplane/heartbeat_reply.h"

#include "crypto/short_hash.h"

namespace jvpn {
namespace {

constexpr std::uint64_t kRemembered = 64;
static_assert(kRemembered <= 256, "a reply is found by the low byte of its number");

/// Number of the reply whose nonce this is; 0 when of none that still counts.
std::uint64_t number_of(const Answerer& by, const RecordControl& control, std::uint64_t echo) {
  const std::uint64_t last = own(control.replies);
  const std::uint64_t behind = (last - echo) & 0xff;
  if (behind >= kRemembered || behind >= last) return 0;
  const std::uint64_t number = last - behind;
  return reply_nonce(by.nonce_key, by.tag, number) == echo ? number : 0;
}

void take_evidence(const Answerer& by, TableRecord& record, const Heartbeat& ask) {
  set(record.health.peer_sent, ask.sent);
  set(record.health.received_at_ask, own(record.uplink.received));
  set(record.health.rtt_us, ask.rtt_us);
  const std::uint64_t number = number_of(by, record.control, ask.echo);
  if (number <= own(record.health.evidenced)) {
    if (by.now.ns >= own(record.control.next_reply_ns)) add(record.health.unechoed, 1);
    return;
  }
  set(record.health.unechoed, 0);
  set(record.health.evidenced, number);
  set(record.health.evidence_ns, by.now.ns);
}

Heartbeat make_reply(const Answerer& by, TableRecord& record, const SessionView& view,
                     const Heartbeat& ask) {
  add(record.control.replies, 1);
  follow_binding(record.downlink, view);
  Heartbeat reply;
  reply.kind = HeartbeatKind::reply;
  reply.path = ask.path;
  reply.stretch = view.heartbeat_stretch;
  reply.nonce = reply_nonce(by.nonce_key, by.tag, own(record.control.replies));
  reply.echo = ask.nonce;
  reply.sent = own(record.downlink.sent) + 1;
  reply.received = own(record.uplink.received);
  reply.version = view.version;
  return reply;
}

}  // namespace

std::uint64_t reply_nonce(const Bytes<16>& key, Tag tag, std::uint64_t number) {
  const std::array<BigEndian<std::uint64_t>, 2> input{tag.value(), number};
  const std::uint64_t random = short_hash(key, std::bit_cast<Bytes<16>>(input));
  return (random & ~std::uint64_t{0xff}) | (number & 0xff);
}

std::optional<Heartbeat> answer_ask(const Answerer& by, TableRecord& record,
                                    const SessionView& view, const Heartbeat& ask) {
  follow_binding(record.health, view, own(record.control.replies));
  if (!is_overtaken(ask, record)) take_evidence(by, record, ask);
  if (by.now.ns < own(record.control.next_reply_ns)) return std::nullopt;
  set(record.control.next_reply_ns, (by.now + kHeartbeatReplyInterval).ns);
  return make_reply(by, record, view, ask);
}

}  // namespace jvpn
