// SPDX-License-Identifier: Apache-2.0
#include "control/session_index.h"

#include "base/ensure.h"

namespace jvpn {
namespace {

std::uint32_t slot_of(Tag tag) {
  return GatewayTag::unpack(tag).slot;
}

}  // namespace

Session& SessionIndex::add(std::unique_ptr<Session> session) {
  Session& added = *session;
  const bool new_id = by_id_.emplace(added.id, std::move(session)).second;
  ensure(new_id, "ids are random");
  found_by_id_.emplace(added.id, &added);
  put_into_slot(added);
  place_[&added] = in_turn_.size();
  in_turn_.push_back(&added);
  ++by_origin_[added.origin];
  return added;
}

void SessionIndex::remove(Session& session) {
  unqueue(session);
  take_out_of_slot(session);
  take_out_of_turn(session);
  found_by_id_.erase(session.id);
  const auto origin = by_origin_.find(session.origin);
  if (--origin->second == 0) by_origin_.erase(origin);
  by_id_.erase(SessionId(session.id));
}

void SessionIndex::move_to(Session& session, Tag tag) {
  take_out_of_slot(session);
  session.tag = tag;
  put_into_slot(session);
}

void SessionIndex::put_into_slot(Session& session) {
  if (session.tag == Tag{}) return;
  const std::uint32_t slot = slot_of(session.tag);
  if (slot >= by_slot_.size()) by_slot_.resize(slot + 1);
  by_slot_[slot] = &session;
}

void SessionIndex::take_out_of_slot(const Session& session) {
  if (session.tag == Tag{}) return;
  Session*& holder = by_slot_[slot_of(session.tag)];
  if (holder == &session) holder = nullptr;
}

void SessionIndex::take_out_of_turn(const Session& session) {
  const std::size_t gap = place_.extract(&session).mapped();
  in_turn_[gap] = in_turn_.back();
  in_turn_.pop_back();
  if (gap < in_turn_.size()) place_[in_turn_[gap]] = gap;
}

Session* SessionIndex::find(const SessionId& id) const {
  const auto found = found_by_id_.find(id);
  return found == found_by_id_.end() ? nullptr : found->second;
}

Session* SessionIndex::find(Tag tag) const {
  const std::uint32_t slot = slot_of(tag);
  Session* const session = slot < by_slot_.size() ? by_slot_[slot] : nullptr;
  return session != nullptr && session->tag == tag ? session : nullptr;
}

std::size_t SessionIndex::count_from(const SourcePrefix& network) const {
  const auto found = by_origin_.find(network);
  return found == by_origin_.end() ? 0 : found->second;
}

void SessionIndex::schedule(Session& session, Instant at) {
  if (at >= session.queued_at) return;
  unqueue(session);
  session.queued_at = at;
  due_.emplace(at, session.id);
}

void SessionIndex::unqueue(Session& session) {
  if (session.queued_at == Instant::never()) return;
  due_.erase({session.queued_at, session.id});
  session.queued_at = Instant::never();
}

Instant SessionIndex::next_due() const {
  return due_.empty() ? Instant::never() : due_.begin()->first;
}

Session* SessionIndex::take_due(Instant now) {
  if (next_due() > now) return nullptr;
  Session* session = find(due_.begin()->second);
  unqueue(*session);
  return session;
}

}  // namespace jvpn
