// SPDX-License-Identifier: Apache-2.0
// What the control core wants, carried out and shown to the checkers.
#include "tests/sim/cluster/gateway.h"

namespace jvpn::sim {

void Gateway::carry_out(Actions& actions) {
  for (Action& action : actions) {
    std::visit([this](auto& what) { perform(what); }, action);
  }
  settle();
  if (installed_new_) name_sessions();
  plan();
}

void Gateway::settle() {
  for (auto replies = store_->take_replies(); !replies.empty(); replies = store_->take_replies()) {
    Actions actions;
    unanswered_ -= std::min(unanswered_, replies.size());
    if (asked_ != around_.world.now()) owed_ = around_.world.now();
    for (const StoreReply& reply : replies) {
      core_.on_store(reply, now(), actions);
    }
    for (Action& action : actions) {
      std::visit([this](auto& what) { perform(what); }, action);
    }
  }
}

void Gateway::name_sessions() {
  installed_new_ = false;
  const std::vector<SessionInfo> all = sessions();
  for (const SessionInfo& session : all) {
    SessionId& known = ids_[session.tag];
    if (known == session.id && !fresh_.contains(session.tag)) continue;
    known = session.id;
    around_.checkers.named(node_, session.tag, session.id);
  }
  fresh_.clear();
  around_.checkers.bounds.holds(core_.live_tags().size(), slots_);
}

/// When the store was first asked for what is carried out now, and when it is.
When Gateway::when(Tag tag) {
  if (!ids_.contains(tag)) {
    for (const SessionInfo& session : sessions()) ids_[session.tag] = session.id;
  }
  return {decisions_.of(ids_[tag], now()), now()};
}

void Gateway::perform(SendDatagram& send) {
  around_.checkers.sent(node_, send.destination, send.payload, now());
  around_.network.send_from_gateway({static_cast<std::uint8_t>(node_), send.underlay},
                                    send.destination, std::move(send.payload));
}

void Gateway::perform(InstallSession& session) {
  ++effects_;
  around_.checkers.installed(node_, session, when(session.tag));
  installed_new_ = true;
  fresh_.insert(session.tag);
  by_inner_[session.view.inner_v4] = session.tag;
  next_sample_ = std::min(next_sample_, now() + sample_every_);
  plane_.install(session);
}

void Gateway::perform(PublishView& change) {
  ++effects_;
  around_.checkers.published(node_, change, when(change.tag));
  plane_.publish(change);
  plane_.turn(now());
}

void Gateway::perform(SetServingDeadline& action) {
  around_.checkers.serves_until(node_, action.until);
  plane_.serve_until(action.until);
}

void Gateway::perform(StageKeys& keys) {
  around_.checkers.staged(node_, keys);
  plane_.stage(keys);
}

void Gateway::perform(RemoveSession& session) {
  ++effects_;
  around_.checkers.removed(node_, session.tag, now());
  const auto found = by_inner_.find(session.inner_v4);
  if (found != by_inner_.end() && found->second == session.tag) by_inner_.erase(found);
  plane_.remove(session);
  plane_.turn(now());
}

void Gateway::perform(WriteAudit& audit) {
  around_.checkers.audited(node_, audit.event);
  audit_.write(audit.event, to_ms(Duration(audit.event.at.ns)));
}

}  // namespace jvpn::sim
