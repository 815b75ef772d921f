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
  put_into_slot(added);
  added.place.in_turn = static_cast<std::uint32_t>(in_turn_.size());
  in_turn_.push_back(&added);
  ++by_origin_[added.origin];
  return added;
}

void SessionIndex::remove(Session& session) {
  if (DeadlineQueue::has(session)) due_.remove(session);
  take_out_of_slot(session);
  take_out_of_turn(session);
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
  Session* const last = in_turn_.back();
  in_turn_[session.place.in_turn] = last;
  last->place.in_turn = session.place.in_turn;
  in_turn_.pop_back();
}

Session* SessionIndex::find(const SessionId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.get();
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
  if (at < session.place.due) due_.put(session, at);
}

Session* SessionIndex::take_due(Instant now) {
  if (due_.next() > now || due_.next() == Instant::never()) return nullptr;
  Session& session = due_.front();
  due_.remove(session);
  return &session;
}

}  // namespace jvpn
