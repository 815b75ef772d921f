// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/pursuit.h"

#include "control/control_message.h"
#include "control/deadlines.h"
#include "control/limits.h"
#include "control/ownership/adopt.h"
#include "control/ownership/asking.h"
#include "control/ownership/owner_keys.h"
#include "control/ownership/session_store.h"
#include "control/ownership/watch.h"
#include "control/records/store_keys.h"
#include "session/core/control_datagram.h"

namespace jvpn {
namespace {

void go_on_as_owner(const Step& step, const SessionId& id) {
  auto node = step.node.cluster.takeovers.extract(id);
  if (node.empty()) return;
  const Takeover entry = std::move(node.mapped());
  for (const auto* held : {&entry.proven, &entry.asked}) {
    Session* session = step.node.sessions.find(id);
    if (session != nullptr && held->has_value()) hand_to(step, *session, **held);
  }
}

void make_wish(const Step& step, const SessionId& id, Takeover& entry) {
  if (!entry.wish.empty() || entry.changing) return;
  entry.changing = true;
  const WishRecord wish{draw_attempt(step), id, step.node.owner(),
                        entry.record->version.owner_epoch};
  const StoreKey key = wish_key(id);
  ask(step, Errand(AskedFor::wish, id),
      StoreTransaction{0, {{key, {}}, life_holds(step)}, {{key, write_record(wish)}}});
}

}  // namespace

void hand_to(const Step& step, Session& session, const Held& held) {
  if (session.is_closing()) return step.count("control_while_closing");
  const auto key = control_open_key(step.node, sealed_root_in(session.stored), session.id);
  if (!key) return step.count("resume_root_not_opened");
  std::vector<std::uint8_t> plain(held.datagram.size());
  plain.resize(open_datagram(held.datagram, key->view(), plain));
  if (plain.empty()) return step.count("ticketed_not_opened");
  const SessionId id = session.id;
  on_control_message(step, session, plain, held.from);
  if (Session* still = step.node.sessions.find(id)) {
    step.node.sessions.schedule(*still, next_deadline_of(step.node, *still));
  }
}

void forget_old(const Step& step) {
  std::erase_if(step.node.cluster.takeovers, [&](const auto& entry) {
    const Takeover& one = entry.second;
    return one.until <= step.now && !one.reading && !one.changing;
  });
}

void read_record(const Step& step, const SessionId& id, Takeover& entry) {
  if (entry.reading) return;
  entry.reading = true;
  Errand errand(AskedFor::read_record, id);
  errand.number = entry.read_number = ++step.node.cluster.reads;
  ask(step, errand, StoreRead{0, {session_key(id)}, {}});
}

bool note_record(const Step& step, const SessionId& id, const StoreValue* value) {
  Takeover& entry = step.node.cluster.takeovers.at(id);
  entry.record = value ? read_session_record(*value) : std::nullopt;
  if (entry.record && step.node.peers.find(entry.record->peer) != nullptr) {
    entry.value = *value;
    entry.read_at = step.now;
    return true;
  }
  step.count(Reason::unknown_session);
  step.node.cluster.takeovers.erase(id);
  return false;
}

bool is_ours(const Step& step, const Takeover& entry) {
  return entry.record->owner == step.node.owner() && entry.record->state != State::terminated;
}

bool is_free(const Step& step, const SessionRecord& record) {
  if (record.owner.node == step.node.config.node) return true;
  return standing_of(step, record.owner.node) == Standing::gone;
}

/// Who let it go wrote its ages a moment ago, by another clock. What is being born here is ours
/// too, and becomes a session when the store says so.
void become_owner(const Step& step, const SessionId& id) {
  const Peer* peer = step.node.peers.find(step.node.cluster.takeovers.at(id).record->peer);
  if (peer != nullptr && peer->pending && peer->pending->birth.session == id) {
    return step.count("birth_under_way");
  }
  take_in(step, StoreValue(step.node.cluster.takeovers.at(id).value), step.now);
  go_on_as_owner(step, id);
}

void pursue(const Step& step, const SessionId& id, Takeover& entry) {
  const std::uint8_t owner = entry.record->owner.node;
  if (entry.changing) return;
  if (entry.record->state == State::terminated) {
    entry.wanted = false;  // what has ended is nobody's
    return;
  }
  if (is_free(step, *entry.record)) {
    entry.changing = true;
    return adopt(step, entry.value, *entry.record);
  }
  watch(step, owner);
  switch (standing_of(step, owner)) {
    case Standing::overdue:
      return fence(step, owner);
    case Standing::alive:
    case Standing::draining:
      return make_wish(step, id, entry);
    default:
      return;
  }
}

void pursue_takeovers(const Step& step, const Settled& polled) {
  forget_old(step);
  std::vector<SessionId> wanted;
  for (const auto& [id, entry] : step.node.cluster.takeovers) {
    if (step.node.cluster.adopting.contains(id)) continue;
    const bool is_news = polled.errand.number > entry.read_number;
    if (entry.wanted && is_news && polled.has(session_key(id))) wanted.push_back(id);
  }
  for (const SessionId& id : wanted) {
    if (!note_record(step, id, polled.value_at(session_key(id)))) continue;
    Takeover& entry = step.node.cluster.takeovers.at(id);
    if (is_ours(step, entry)) {
      become_owner(step, id);
    } else {
      pursue(step, id, entry);
    }
  }
}

void on_adoption_settled(const Step& step, const Settled& settled) {
  const SessionId& id = settled.errand.session;
  const auto found = step.node.cluster.takeovers.find(id);
  if (found == step.node.cluster.takeovers.end()) return;
  found->second.changing = false;
  if (settled.applied()) return go_on_as_owner(step, id);
  found->second.read_at = Instant{0};  // somebody was faster: read anew
  read_record(step, id, found->second);
}

void on_wish_settled(const Step& step, const Settled& settled) {
  const auto found = step.node.cluster.takeovers.find(settled.errand.session);
  if (found == step.node.cluster.takeovers.end()) return;
  found->second.changing = false;
  if (settled.applied()) found->second.wish = settled.written;
}

}  // namespace jvpn
