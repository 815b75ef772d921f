// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/hand_over.h"

#include <algorithm>

#include "control/events.h"
#include "control/limits.h"
#include "control/outbox.h"
#include "control/ownership/adopt.h"
#include "control/ownership/asking.h"
#include "control/ownership/lease.h"
#include "control/ownership/owner_keys.h"
#include "control/ownership/session_store.h"
#include "control/ownership/takeover.h"
#include "control/records/store_keys.h"

namespace jvpn {
namespace {

void take_away(const Step& step, const SessionId& id, const StoreValue& wish) {
  const StoreKey key = wish_key(id);
  ask(step, Errand(AskedFor::drop_wish, id),
      StoreTransaction{0, {{key, wish}, life_holds(step)}, {{key, std::nullopt}}});
}

void refuse(const Step& step, Session& session, const WishRecord& wish) {
  write_event(step, session, "OwnerRejected", Reason::owner_elsewhere,
              {{"node", std::int64_t{wish.by.node}}});
  take_away(step, session.id, session.hand_over->wish);
  session.hand_over.reset();
}

void stop(const Step& step, Session& session) {
  uninstall(step, session);
  session.hand_over->stopped = true;
  session.hand_over->at = step.now + kHandOverGrace;
  step.node.sessions.schedule(session, session.hand_over->at);
}

/// Does the client still come by its bound path, or has the session moved a moment ago?
bool keeps(const Step& step, const Session& session) {
  if (step.node.cluster.draining) return false;
  if (session.binding && session.evidence_at > session.hand_over->seen) return true;
  return session.acquired_at && step.now - *session.acquired_at < kHandOverCooldown;
}

void weigh(const Step& step, Session& session, const WishRecord& wish, const StoreValue& value) {
  if (session.is_closing() || session.pending) return;
  if (!session.hand_over || session.hand_over->wish != value) {
    session.hand_over = {value, step.now};
    if (!step.node.cluster.draining) return;  // evidence gets until the next poll
  }
  if (keeps(step, session)) return refuse(step, session, wish);
  stop(step, session);
}

/// Ours, and there is nothing to wish for any more.
bool is_spent(const Step& step, const WishRecord& wish) {
  return wish.by.node == step.node.config.node &&
         !step.node.cluster.takeovers.contains(wish.session);
}

}  // namespace

void weigh_wishes(const Step& step, const Settled& polled) {
  for (const auto& [key, value] : polled.found) {
    if (!key.starts_with(kWishKeys) || !value) continue;
    const auto wish = read_wish_record(*value);
    if (!wish || wish_key(wish->session) != key) {
      step.count("record_malformed");
      continue;
    }
    if (is_spent(step, *wish)) take_away(step, wish->session, *value);
    if (wish->by.node == step.node.config.node) continue;
    Session* session = step.node.sessions.find(wish->session);
    if (session == nullptr) {
      seek_own(step, wish->session);
      continue;
    }
    if (wish->owner_epoch == session->version.owner_epoch) {
      weigh(step, *session, *wish, *value);
    } else {
      take_away(step, wish->session, *value);
    }
  }
}

void finish_hand_over(const Step& step, Session& session) {
  session.hand_over->at = Instant::never();
  const auto wish = read_wish_record(session.hand_over->wish);
  const SessionRecord now = record_of(step, session);
  StoreTransaction change =
      change_of(step, session, write_session_record(handed_to(step, now, wish.value().by)));
  const StoreKey key = wish_key(session.id);
  change.compares.push_back({key, session.hand_over->wish});
  change.writes.push_back({key, std::nullopt});
  ask(step, Errand(AskedFor::hand_over, session.id, session.peer()), std::move(change));
}

void on_handed_over(const Step& step, const Settled& settled) {
  Session* session = step.node.sessions.find(settled.errand.session);
  if (session == nullptr) return;
  if (settled.applied()) {
    const auto record = read_session_record(settled.written);
    write_event(step, *session, "OwnerReleased", Reason::owner_elsewhere,
                {{"node", std::int64_t{record ? record->owner.node : 0}}});
    return forget_session(step, *session);
  }
  const Conflict conflict = conflict_of(step, *session, settled);
  if (conflict == Conflict::abandoned) {
    take_as_stored(*session, settled);
    return finish_hand_over(step, *session);
  }
  if (conflict != Conflict::none) return lose_session(step, *session);
  // The wish is gone: the session stays, but its keys do not.
  const StoreValue stored = session->stored;
  forget_session(step, *session);
  adopt(step, stored, read_session_record(stored).value());
}

void begin_drain(const Step& step, const MigrateTargets& where) {
  ClusterState& cluster = step.node.cluster;
  cluster.draining = true;
  cluster.drain_to = where;
  cluster.migrations_left = kMaxMigrations;
  cluster.lease.due = std::min(cluster.lease.due, step.now);  // others must know
  renew_lease(step);
  remind_of_drain(step);
}

void remind_of_drain(const Step& step) {
  ClusterState& cluster = step.node.cluster;
  if (!cluster.draining || cluster.migrations_left == 0) return;
  --cluster.migrations_left;
  const Migrate there{cluster.drain_to};
  for (Session* session : step.node.sessions.in_turn()) {
    if (session->is_closing() || !session->binding) continue;
    send(step, *session, along(*session->binding), there);
  }
}

}  // namespace jvpn
