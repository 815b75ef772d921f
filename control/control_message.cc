// SPDX-License-Identifier: Apache-2.0
#include "control/control_message.h"

#include "base/cursor.h"
#include "control/events.h"
#include "control/live_policy.h"
#include "control/notice.h"
#include "control/outbox.h"
#include "control/reattach.h"
#include "control/terminate.h"

namespace jvpn {
namespace {

/// The prefix alone, of a message that could not be read as a whole.
struct Prefix {
  MessageClass message_class{};
  std::uint64_t number = 0;
};
std::optional<Prefix> read_prefix(ByteView plain) {
  ByteReader reader(plain);
  reader.number<std::uint32_t>();
  const auto message_class = static_cast<MessageClass>(reader.number<std::uint8_t>());
  reader.number<std::uint8_t>();
  reader.number<std::uint16_t>();
  const std::uint64_t number = reader.number<std::uint64_t>();
  if (!reader.ok()) return std::nullopt;
  return Prefix{message_class, number};
}

/// Takes the number if it was not seen before; in the reattach class none was higher either.
bool take_number(Session& session, MessageClass message_class, std::uint64_t number) {
  if (message_class == MessageClass::other) return session.other.seen.take(number);
  if (number <= session.reattach.seen) return false;
  session.reattach.seen = number;
  return true;
}

/// Sealed by the peer, fresh, and no message that it may send. Replays of one never count.
void on_malformed(const Step& step, Session& session, ByteView plain) {
  step.count("control_malformed");
  const std::optional<Prefix> prefix = read_prefix(plain);
  if (!prefix || !take_number(session, prefix->message_class, prefix->number)) return;
  session.failures.add(step.now);
  const std::size_t failures = session.failures.count(step.now);
  if (failures <= step.policy(session).security.max_authenticated_failures) return;
  write_event(step, session, "SecurityValidationFailed", Reason::bad_proof,
              {{"failures", static_cast<std::int64_t>(failures)}});
  begin_termination(step, session, Reason::security_failure);
}

/// One overload per message that a client may send.
struct Handler {
  const Step& step;
  Session& session;
  const Message& message;
  const Arrival& from;
  ByteView plain;

  /// The client has not heard that the session is ours: it has no keys of this owner epoch.
  bool knows_no_owner() const { return message.owner_epoch != session.version.owner_epoch; }
  bool is_fresh() const {
    if (take_number(session, MessageClass::other, message.number.value)) return true;
    step.count(Reason::replay_detected);
    return false;
  }

  void operator()(const ReattachRequest& request) const {
    on_reattach(step, session, Ask{message.number, request, nullptr, from, knows_no_owner()});
  }
  void operator()(const ReattachConfirm& confirm) const {
    on_reattach(step, session,
                Ask{message.number, confirm, &confirm.token, from, knows_no_owner()});
  }
  void operator()(const PathResponse& response) const {
    if (!is_fresh()) return;
    if (response.token.number != 0) return on_probe_answered(step, session, response, from);
    on_path_response(step, session, response, from.source);
  }
  void operator()(const PathProbe&) const {
    if (is_fresh()) on_probe(step, session, message.number, from);
  }
  void operator()(const RekeyInit&) const { on_rekey_init(step, session, message, from); }
  void operator()(const RekeyAck&) const {
    if (is_fresh()) on_rekey_ack(step, session, message);
  }
  void operator()(const PolicyAck& ack) const {
    if (is_fresh()) on_policy_ack(step, session, ack);
  }
  void operator()(const Terminate&) const {
    if (!is_fresh()) return;
    session.ending.ensured().asked_by_peer = PeerTerminate{from, message.number};
    begin_termination(step, session, Reason::peer_terminated);
  }
  void operator()(const auto&) const { on_malformed(step, session, plain); }
};

/// A session that we took over counts in its client's epoch until that has heard our ACK; with each
/// epoch numbers begin anew. The client may have heard of an owner between that whose record we
/// read and us: no record says so before the next move. Of older epochs only reattaches are of use.
bool admit_epoch(Session& session, const Message& message) {
  const OwnerEpoch epoch = message.owner_epoch;
  if (epoch < session.client_epoch || epoch > session.version.owner_epoch) return false;
  const bool is_ours = epoch == session.version.owner_epoch;
  if (!is_ours && class_of(kind_of(message.body)) != MessageClass::reattach) return false;
  if (epoch == session.client_epoch) return true;
  session.client_epoch = epoch;
  session.reattach.seen = 0;
  session.other.seen = {};
  session.decided = {};
  session.decision.reset();
  return true;
}

}  // namespace

void on_control_message(const Step& step, Session& session, ByteView plain, const Arrival& from) {
  if (session.is_closing()) return step.count("control_while_closing");
  const std::optional<Message> message = read_message(plain);
  if (!message || message->session != session.id) return on_malformed(step, session, plain);
  if (!admit_epoch(session, *message)) return step.count("other_owner_epoch");
  std::visit(Handler{step, session, *message, from, plain}, message->body);
}

}  // namespace jvpn
