// SPDX-License-Identifier: Apache-2.0
#include "control/session_index.h"

#include "base/ensure.h"

namespace jvpn {

Session& SessionIndex::add(std::unique_ptr<Session> session) {
  Session& added = *session;
  const bool new_id = by_id_.emplace(added.id, std::move(session)).second;
  const bool new_tag = added.tag == Tag{} || by_tag_.emplace(added.tag.value(), &added).second;
  ++by_origin_[added.origin];
  ensure(new_id && new_tag, "ids are random and tags come from a slot that was free");
  return added;
}

void SessionIndex::remove(Session& session) {
  schedule(session, Instant::never());
  by_tag_.erase(session.tag.value());
  const auto origin = by_origin_.find(session.origin);
  if (--origin->second == 0) by_origin_.erase(origin);
  by_id_.erase(SessionId(session.id));
}

void SessionIndex::move_to(Session& session, Tag tag) {
  by_tag_.erase(session.tag.value());
  session.tag = tag;
  const bool is_new = by_tag_.emplace(tag.value(), &session).second;
  ensure(is_new, "tags come from a slot that was free");
}

Session* SessionIndex::find(const SessionId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.get();
}

Session* SessionIndex::find(Tag tag) const {
  const auto found = by_tag_.find(tag.value());
  return found == by_tag_.end() ? nullptr : found->second;
}

std::size_t SessionIndex::count_from(const SourcePrefix& network) const {
  const auto found = by_origin_.find(network);
  return found == by_origin_.end() ? 0 : found->second;
}

void SessionIndex::schedule(Session& session, Instant at) {
  if (session.queued_at == at) return;
  due_.erase({session.queued_at, session.id});
  session.queued_at = at;
  if (at != Instant::never()) due_.emplace(at, session.id);
}

Instant SessionIndex::next_due() const {
  return due_.empty() ? Instant::never() : due_.begin()->first;
}

Session* SessionIndex::take_due(Instant now) {
  if (next_due() > now) return nullptr;
  Session* session = find(due_.begin()->second);
  schedule(*session, Instant::never());
  return session;
}

}  // namespace jvpn
