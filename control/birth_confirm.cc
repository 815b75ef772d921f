// SPDX-License-Identifier: Apache-2.0
#include "base/ensure.h"
#include "control/birth.h"
#include "control/events.h"
#include "control/limits.h"
#include "control/outbox.h"
#include "control/ownership/asking.h"
#include "control/terminate.h"
#include "session/core/handshake.h"
#include "session/core/messages.h"

namespace jvpn {
namespace {

std::optional<BirthState> open_birth(const Step& step, const ConfirmFrame& frame,
                                     const Arrival& from) {
  step.node.birth_keys.rotate(step.now);
  std::optional<BirthState> birth;
  for (const Key32* key : step.node.birth_keys.keys()) {
    if (!birth) birth = open_birth_state(frame.birth_state, *key);
  }
  if (!birth) return step.count("birth_state_unknown"), std::nullopt;
  if (step.now >= birth->expires_at) return step.count("birth_state_expired"), std::nullopt;
  if (birth->source != from.source || birth->underlay != from.underlay) {
    return step.count(Reason::path_not_validated), std::nullopt;
  }
  return birth;
}

/// The number of a CONFIRM that was sealed with this birth's keys, or nothing.
std::optional<MessageNumber> open_message(const ConfirmFrame& frame, const BirthState& birth) {
  const Key32 key = derive_control_key(birth.roots.resume, Direction::client_to_gateway);
  std::vector<std::uint8_t> plain(frame.sealed.size() - kSealTagSize);
  if (!open_control(key.view(), frame.nonce, frame.aad, frame.sealed, plain)) return std::nullopt;
  const std::optional<Message> message = read_message(plain);
  if (!message || message->session != birth.session) return std::nullopt;
  if (!std::holds_alternative<HandshakeConfirm>(message->body)) return std::nullopt;
  return message->number;
}

/// The session lives already: its DONE was lost. The same bytes again, nothing changes.
bool repeat_done(const Step& step, const BirthState& birth, const Arrival& from) {
  const Session* session = step.node.sessions.find(birth.session);
  if (session == nullptr || session->is_closing()) return false;
  if (!session->done) {  // its client has it; or it was given by a former owner
    step.count("done_spent");
    return true;
  }
  step.count("done_repeated");
  send(step, back_to(from), *session->done);
  return true;
}

/// Two devices with one key push each other out: keep what there is, and say so, once a minute.
bool supersedes_too_often(const Step& step, Peer& peer) {
  const Session* session = step.node.sessions.find(peer.session);
  if (session == nullptr) return false;
  if (peer.supersedes.count(step.now) < kMaxSupersedesPerMin) return false;
  step.count("supersede_rate_limited");
  if (step.now >= peer.next_conflict_event) {
    peer.next_conflict_event = step.now + kSwitchAccountingWindow;
    write_event(step, *session, "SecurityOwnershipAnomaly", Reason::rate_limited,
                {{"supersedes", std::int64_t{kMaxSupersedesPerMin}}});
  }
  return true;
}

void accept(const Step& step, Peer& peer, PendingBirth pending) {
  const auto tag = reserve_slot(step, pending.birth.session);
  if (!tag) return;
  pending.tag = *tag;
  peer.pending = std::move(pending);
  if (Session* older = step.node.sessions.find(peer.session)) {
    peer.supersedes.add(step.now);
    begin_termination(step, *older, Reason::superseded);
  } else {
    continue_birth(step, peer);
  }
}

}  // namespace

void on_confirm(const Step& step, ByteView datagram, const Arrival& from) {
  const std::optional<ConfirmFrame> frame = read_confirm(datagram);
  if (!frame) return step.count("confirm_malformed");
  if (!admit_confirm(step, from)) return;
  std::optional<BirthState> birth = open_birth(step, *frame, from);
  if (!birth) return;
  const std::optional<MessageNumber> number = open_message(*frame, *birth);
  if (!number) return step.count("confirm_not_opened");
  Peer* peer = step.node.peers.find(birth->peer);
  ensure(peer != nullptr, "births are sealed for peers that we know");
  if (repeat_done(step, *birth, from)) return;
  if (is_store_down(step)) return step.count(Reason::store_unavailable);
  if (birth->number <= peer->last_birth) return step.count("birth_spent");
  if (peer->pending) return step.count("birth_under_way");
  if (supersedes_too_often(step, *peer)) return;
  if (step.node.sessions.find(peer->session) == nullptr && !has_room(step, from)) return;
  accept(step, *peer, {std::move(*birth), Tag(), *number, from.wire_size, {}, false});
}

}  // namespace jvpn
