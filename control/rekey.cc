// SPDX-License-Identifier: Apache-2.0
#include "control/rekey.h"

#include <algorithm>

#include "control/events.h"
#include "control/limits.h"
#include "control/outbox.h"
#include "control/rekey_need.h"
#include "control/terminate.h"

namespace jvpn {
namespace {

KeyEpoch after(KeyEpoch epoch) {
  return KeyEpoch{epoch.value + 1};
}

Duration wait_after(std::uint32_t sends) {
  return std::min<Duration>(kRekeyFirstWait * (1u << std::min(sends, 10u)), kRekeyLongestWait);
}

KeyPair draw_pair(const Step& step) {
  Bytes<32> secret = step.node.random.draw<32>();
  return KeyPair::from_secret(Key32::take(secret));
}

/// Said once for each rekey that is wanted: a pool that stays full must not fill the audit.
void deny(const Step& step, Session& session, Reason reason, std::string_view why) {
  step.count("rekey_denied");
  SessionKeyState& keys = session.keys;
  if (std::exchange(keys.denial_told, true)) return;
  write_event(step, session, "RekeyDenied", reason,
              {{"why", std::string(why)}, {"cause", std::string(name_of(keys.cause))}});
}

void stage(const Step& step, Session& session, const Key32& root) {
  SessionKeyState& keys = session.keys;
  StageKeys action;
  action.tag = session.tag;
  action.key_epoch = keys.next;
  action.suite = session.suite;
  action.uplink = derive_traffic_key(root, keys.next, Direction::client_to_gateway);
  action.downlink = derive_traffic_key(root, keys.next, Direction::gateway_to_client);
  step.out.push_back(std::move(action));
  keys.stage = RekeyStage::staged;
  keys.due = Instant::never();
}

/// From now on the next keys are the session's.
void adopt(const Step& step, Session& session, Key32 root) {
  session.key_epoch = session.keys.next;
  session.keys.traffic_root = std::move(root);
  publish(step, session);
}

void send_wish(const Step& step, Session& session) {
  SessionKeyState& keys = session.keys;
  keys.due = step.now + wait_after(keys.wish->sends);
  if (!session.binding) return;  // asked again once there is a path
  ++keys.wish->sends;
  send(step, along(*session.binding), keys.wish->datagram);
}

void give_up(const Step& step, Session& session) {
  SessionKeyState& keys = session.keys;
  deny(step, session, Reason::heartbeat_timeout, "unanswered");
  step.out.push_back(DropStagedKeys{session.tag});
  keys.wish.reset();
  keys.stage = RekeyStage::idle;
  keys.due = Instant::never();
  keys.not_before = step.now + kRekeyRetry;
}

void ask(const Step& step, Session& session) {
  SessionKeyState& keys = session.keys;
  keys.not_before = step.now + kRekeyDeferral;
  const Rate rate = per_second(step.policy().limits.rekeys_per_s);
  if (!step.node.admission.rekeys.take(rate, step.now)) {
    step.node.admission.reports.note(Limit::rekeys, step.now);
    return deny(step, session, Reason::rate_limited, "rate");
  }
  if (!step.node.slots.reserve_keys(session.tag)) {
    return deny(step, session, Reason::rate_limited, "no room for a second key");
  }
  keys.stage = RekeyStage::asked;
  keys.next = after(session.key_epoch);
  keys.answer.reset();
  RekeyWish wish;
  wish.own = draw_pair(step);
  wish.datagram = seal_for(step, session, RekeyInit{{keys.next, wish.own.public_key}});
  wish.number = MessageNumber{session.other.sent};
  keys.wish = std::move(wish);
  send_wish(step, session);
}

void write_rotated(const Step& step, const Session& session) {
  write_event(step, session, "KeyRotated", Reason::none,
              {{"key_epoch", std::int64_t{session.key_epoch.value}},
               {"cause", std::string(name_of(session.keys.cause))}});
}

/// Something was opened under the next keys: both sides have them.
void on_opened(const Step& step, Session& session) {
  SessionKeyState& keys = session.keys;
  if (session.key_epoch != keys.next) adopt(step, session, std::move(*keys.next_root));
  keys.next_root.reset();
  keys.stage = RekeyStage::opened;
  keys.due = step.now + std::max<Duration>(
                            {kRekeyOverlap, 2 * session.rtt, step.policy(session).switching.drain});
  write_rotated(step, session);
}

void on_moved(SessionKeyState& keys) {
  keys.stage = RekeyStage::idle;
  keys.due = Instant::never();
  keys.flowing = Duration::zero();
  keys.denial_told = keys.expiry_told = keys.operator_wants = false;
  keys.wish.reset();
  keys.answer.reset();  // it was heard: data came under its keys
}

void follow(const Step& step, Session& session, const HealthReport& report) {
  SessionKeyState& keys = session.keys;
  if (keys.stage == RekeyStage::staged && report.opened_key_epoch >= keys.next) {
    on_opened(step, session);
  } else if (keys.stage == RekeyStage::retired && report.key_epoch == keys.next) {
    on_moved(keys);
  }
}

/// May the client's INIT be granted now?
bool is_grantable(const Step& step, Session& session, const RekeyInit& init) {
  SessionKeyState& keys = session.keys;
  if (init.key_epoch != after(session.key_epoch)) return false;
  if (keys.stage == RekeyStage::idle) {
    const Rate rate = per_second(step.policy().limits.rekeys_per_s);
    return step.node.admission.rekeys.take(rate, step.now) &&
           step.node.slots.reserve_keys(session.tag);
  }
  // The client has given up on what it was answered and will never use it: it asks anew.
  if (keys.stage == RekeyStage::staged) {
    step.out.push_back(DropStagedKeys{session.tag});
    keys.stage = RekeyStage::idle;
    keys.next_root.reset();
  }
  return false;
}

}  // namespace

void watch_keys(const Step& step, Session& session, const HealthReport& report) {
  if (session.is_closing()) return;
  SessionKeyState& keys = session.keys;
  follow(step, session, report);
  note_flow(keys, report, step.now);
  if (is_worn_out(step, session, report)) {
    write_event(step, session, "KeyExpired", Reason::key_expired,
                {{"key_epoch", std::int64_t{session.key_epoch.value}}});
    return begin_termination(step, session, Reason::key_expired);
  }
  if (keys.stage != RekeyStage::idle || !session.binding || step.now < keys.not_before) return;
  keys.cause = cause_for_rekey(step, session, report);
  if (keys.cause != RekeyCause::none) ask(step, session);
}

void on_rekey_init(const Step& step, Session& session, const Message& message,
                   const Arrival& from) {
  SessionKeyState& keys = session.keys;
  if (!session.binding || session.binding->source != from.source) {
    return step.count(Reason::unbound_transport);
  }
  if (keys.answer && keys.answer->number == message.number) {
    if (!session.repeats.take(kRepeatAnswers, step.now)) return step.count(Reason::rate_limited);
    send(step, back_to(from), keys.answer->datagram);
    return step.count("answered_again");
  }
  // Given up before the one that was answered: in its place it would take the keys away under which
  // the client may seal already.
  if (keys.answer && message.number.value < keys.answer->number.value) {
    return step.count(Reason::stale_request);
  }
  const RekeyInit& init = std::get<RekeyInit>(message.body);
  if (!session.other.seen.can_take(message.number.value)) {
    return step.count(Reason::replay_detected);
  }
  if (!is_grantable(step, session, init)) return step.count("rekey_not_now");
  session.other.seen.take(message.number.value);
  const KeyPair own = draw_pair(step);
  const auto shared = x25519(own.secret, init.ephemeral);
  if (!shared) {
    step.out.push_back(DropStagedKeys{session.tag});
    return step.count("rekey_zero_dh");
  }
  keys.next = init.key_epoch;
  keys.cause = RekeyCause::client;
  keys.next_root = derive_rekeyed_root(keys.traffic_root, *shared,
                                       {session.id, keys.next, init.ephemeral, own.public_key});
  stage(step, session, *keys.next_root);
  const RekeyAck ack{{keys.next, own.public_key}};
  keys.answer = RekeyAnswer{message.number, seal_for(step, session, ack, message.number)};
  send(step, back_to(from), keys.answer->datagram);
}

void on_rekey_ack(const Step& step, Session& session, const Message& message) {
  SessionKeyState& keys = session.keys;
  const RekeyAck& ack = std::get<RekeyAck>(message.body);
  const bool asked = keys.stage == RekeyStage::asked && message.answers == keys.wish->number &&
                     ack.key_epoch == keys.next;
  if (!asked) return step.count("rekey_ack_unasked");
  const auto shared = x25519(keys.wish->own.secret, ack.ephemeral);
  if (!shared) return step.count("rekey_zero_dh");
  Key32 root =
      derive_rekeyed_root(keys.traffic_root, *shared,
                          {session.id, keys.next, keys.wish->own.public_key, ack.ephemeral});
  keys.wish.reset();
  stage(step, session, root);
  adopt(step, session, std::move(root));
}

void run_rekey(const Step& step, Session& session) {
  SessionKeyState& keys = session.keys;
  if (step.now < keys.due) return;
  if (keys.stage == RekeyStage::opened) {
    step.out.push_back(RetireKeys{session.tag, keys.next});
    keys.stage = RekeyStage::retired;
    keys.due = Instant::never();
  } else if (keys.stage == RekeyStage::asked) {
    if (keys.wish->sends >= kRekeySends) return give_up(step, session);
    send_wish(step, session);
  }
}

bool accepts_key_epoch(const Session& session, KeyEpoch epoch) {
  if (epoch == session.key_epoch) return true;
  const SessionKeyState& keys = session.keys;
  if (keys.stage == RekeyStage::idle) return false;
  return epoch == keys.next || after(epoch) == keys.next;
}

void forget_keys(Session& session) {
  session.keys = SessionKeyState{};
}

}  // namespace jvpn
