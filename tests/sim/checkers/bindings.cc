// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/bindings.h"

namespace jvpn::sim {

void Bindings::asked(std::size_t node, const Endpoint& destination, Instant now) {
  nodes_[node].asked[destination] = now;
}

void Bindings::acked(std::size_t node, const Endpoint& destination, Instant now) {
  nodes_[node].acked[destination] = now;
}

void Bindings::published(std::size_t node, Tag tag, const SessionView& view, When when) {
  Node& at = nodes_[node];
  if (view.state == State::attached && !view.has_binding()) {
    breaches_.add("I2", "ATTACHED without a binding at " + to_string(view.version));
  }
  const auto before = at.views.find(tag);
  const bool is_new = before == at.views.end();
  if (view.has_binding() && (is_new || before->second.bound != view.bound)) {
    const bool is_birth = is_new && view.version == StateVersion{OwnerEpoch{1}, 1};
    const auto& places = is_birth ? at.acked : at.asked;
    const auto asked = places.find(view.bound);
    const Duration age = is_birth ? policy_.session.birth_key : Duration(10s);
    if (asked == places.end() || when.decided - asked->second > age) {
      breaches_.add("I10", "bound to a place that was not asked: " + to_string(view.bound));
    }
  }
  const Endpoint old =
      is_new ? at.bound_until_now(view.client_tag, when.now) : before->second.bound;
  if (!old.is_unset() && old != view.bound) at.retired[tag] = {old, when.now};
  at.views[tag] = view;
  at.by_client_tag[view.client_tag] = tag;
}

/// What a session was bound to that got new keys, and so another tag, at this moment.
Endpoint Bindings::Node::bound_until_now(Tag client_tag, Instant now) const {
  const auto found = departed.find(client_tag);
  return found == departed.end() || found->second.at != now ? Endpoint{} : found->second.source;
}

void Bindings::removed(std::size_t node, Tag tag, Instant now) {
  Node& at = nodes_[node];
  const auto found = at.views.find(tag);
  if (found == at.views.end()) return;
  at.departed[found->second.client_tag] = {found->second.bound, now};
  at.by_client_tag.erase(found->second.client_tag);
  at.retired.erase(tag);
  at.views.erase(found);
}

void Bindings::forgotten_by(std::size_t node) {
  nodes_[node].views.clear();
  nodes_[node].by_client_tag.clear();
  nodes_[node].retired.clear();
  nodes_[node].departed.clear();
  nodes_[node].asked.clear();
  nodes_[node].acked.clear();
}

const SessionView* Bindings::view(std::size_t node, Tag tag) const {
  const auto at = nodes_.find(node);
  if (at == nodes_.end()) return nullptr;
  const auto found = at->second.views.find(tag);
  return found == at->second.views.end() ? nullptr : &found->second;
}

const SessionView* Bindings::view_for_client(std::size_t node, Tag client_tag) const {
  const auto at = nodes_.find(node);
  if (at == nodes_.end()) return nullptr;
  const auto tag = at->second.by_client_tag.find(client_tag);
  return tag == at->second.by_client_tag.end() ? nullptr : view(node, tag->second);
}

void Bindings::data_sent(std::size_t node, Tag client_tag, const Endpoint& destination) {
  const Node& at = nodes_[node];
  const auto tag = at.by_client_tag.find(client_tag);
  if (tag == at.by_client_tag.end()) return breaches_.add("I15", "data of no session was sent");
  if (at.views.at(tag->second).bound == destination) return;
  breaches_.add("I15", "data sent to an unbound place: " + to_string(destination));
}

/// Whatever the gateway's view says of it.
bool Bindings::drains(std::size_t node, Tag tag, const Endpoint& source, Instant now) const {
  const Node& at = nodes_.at(node);
  const auto retired = at.retired.find(tag);
  if (retired == at.retired.end() || retired->second.source != source) return false;
  const Duration most =
      std::max(policy_.switching.drain, 2 * (policy_.security.challenge_max_age + 1ms));
  return now - retired->second.at <= most;
}

void Bindings::delivered(std::size_t node, Tag tag, const Endpoint& source, Instant now) {
  const SessionView* v = view(node, tag);
  if (v == nullptr) return breaches_.add("I15", "data of no session was delivered");
  if (v->bound == source || drains(node, tag, source, now)) return;
  breaches_.add("I15", "data delivered from an unbound place: " + to_string(source));
}

}  // namespace jvpn::sim
