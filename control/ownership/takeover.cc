// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/takeover.h"

#include "base/ensure.h"
#include "control/limits.h"
#include "control/outbox.h"
#include "control/ownership/heir.h"
#include "control/ownership/pursuit.h"
#include "control/ownership/watch.h"
#include "control/records/store_keys.h"
#include "control/ticket.h"
#include "session/core/control_datagram.h"

namespace jvpn {
namespace {

std::optional<SessionId> session_in(const Step& step, ByteView datagram) {
  const auto ticket = ticket_in(datagram);
  if (!ticket) return std::nullopt;
  const ClusterKeys& keys = step.node.config.cluster;
  auto body = open_ticket(*ticket, keys.ticket);
  if (!body && !keys.previous_ticket.is_zero()) body = open_ticket(*ticket, keys.previous_ticket);
  return body ? std::optional(body->session) : std::nullopt;
}

Takeover* entry_of(const Step& step, const SessionId& id) {
  auto& takeovers = step.node.cluster.takeovers;
  if (!takeovers.contains(id) && takeovers.size() >= step.policy().limits.wishes) {
    forget_old(step);
    if (takeovers.size() >= step.policy().limits.wishes) {
      step.count("takeovers_full");
      step.node.admission.reports.note(Limit::wishes, step.now);
      return nullptr;
    }
  }
  Takeover& entry = takeovers[id];
  entry.until = step.now + kTakeoverLife;
  return &entry;
}

std::optional<Denial> why_not_now(const Step& step, const SessionRecord& record, const Plea& plea) {
  const std::uint8_t owner = record.owner.node;
  if (is_free(step, record)) return std::nullopt;
  watch(step, owner);
  const Standing standing = standing_of(step, owner);
  if (standing == Standing::draining) return std::nullopt;
  if (standing == Standing::overdue) {
    fence(step, owner);
    return Denial{Reason::admission_deferred, kFenceRetryAfter};
  }
  if (!plea.fields.owner_silent) return Denial{Reason::owner_elsewhere, Duration::zero()};
  if (standing == Standing::alive) return std::nullopt;
  return Denial{Reason::admission_deferred, std::min(time_left(step, owner), kLongestDeferral)};
}

void answer_tombstone(const Step& step, const SessionRecord& record, const Held& held) {
  step.count("tombstone_answered");
  send(step, back_to(held.from), std::vector<std::uint8_t>(record.terminate));
}

void answer(const Step& step, const SessionId& id) {
  Takeover& entry = step.node.cluster.takeovers.at(id);
  if (!entry.asked) return;
  Held held = std::move(*entry.asked);
  entry.asked.reset();
  const SessionRecord& record = *entry.record;
  if (record.state == State::terminated) return answer_tombstone(step, record, held);
  const std::optional<Plea> plea = read_plea(step, record, held.datagram);
  if (!plea) return;
  if (const auto denial = why_not_now(step, record, *plea)) {
    return put_off(step, record, *plea, held.from, *denial);
  }
  if (!is_proven(step, record, *plea, held.from)) {
    return challenge_as_heir(step, record, *plea, held.from);
  }
  entry.wanted = true;
  entry.proven = std::move(held);
  pursue(step, id, entry);
}

}  // namespace

void on_ticketed_datagram(const Step& step, ByteView datagram, const Arrival& from) {
  const auto id = session_in(step, datagram);
  if (!id) return step.count("ticket_not_opened");
  Held held{{datagram.begin(), datagram.end()}, from};
  if (Session* session = step.node.sessions.find(*id)) return hand_to(step, *session, held);
  Takeover* entry = entry_of(step, *id);
  if (entry == nullptr) return;
  const bool is_end = entry->record && entry->record->state == State::terminated;
  const Duration fresh = is_end ? Duration(kTombstoneAnswerInterval) : Duration(kRecordFresh);
  if (entry->record && step.now - entry->read_at < fresh) {
    if (is_end) return step.count("dead_tag");
    entry->asked = std::move(held);
    return answer(step, *id);
  }
  entry->asked = std::move(held);
  read_record(step, *id, *entry);
}

void on_record_read(const Step& step, const Settled& settled) {
  const SessionId& id = settled.errand.session;
  const auto found = step.node.cluster.takeovers.find(id);
  if (found == step.node.cluster.takeovers.end()) return;
  if (settled.errand.number != found->second.read_number) return;  // asked before the entry was
  found->second.reading = false;
  if (!settled.applied()) return;
  if (step.node.cluster.adopting.contains(id)) return;
  if (!note_record(step, id, settled.value_at(session_key(id)))) return;
  if (is_ours(step, found->second)) return become_owner(step, id);
  answer(step, id);
  const auto still = step.node.cluster.takeovers.find(id);
  if (still == step.node.cluster.takeovers.end()) return;
  const bool is_left_behind = still->second.record->owner.node == step.node.config.node;
  if (still->second.wanted || is_left_behind) pursue(step, id, still->second);
}

void want_for_birth(const Step& step, const SessionId& session) {
  Takeover* entry = entry_of(step, session);
  if (entry == nullptr) return;
  entry->wanted = true;
  read_record(step, session, *entry);
}

void seek_own(const Step& step, const SessionId& session) {
  if (step.node.cluster.takeovers.contains(session)) return;
  if (Takeover* entry = entry_of(step, session)) read_record(step, session, *entry);
}

}  // namespace jvpn
