// SPDX-License-Identifier: Apache-2.0
// What waits for a session's next binding, and what became of every packet.
#include "session/core/inner.h"
#include "tests/sim/cluster/plane.h"

namespace jvpn::sim {

/// False: nothing may wait. The oldest gives way and counts as `lost`.
bool Plane::hold(Queue& queue, std::uint64_t& lost, ByteView bytes, const SessionView& view,
                 Instant now) {
  if (view.hold_packets == 0) return false;
  if (queue.size() >= view.hold_packets) {
    queue.pop_front();
    ++lost;
  }
  queue.push_back(
      {Datagram(bytes.begin(), bytes.end()), now + std::chrono::milliseconds(view.hold_ms)});
  return true;
}

/// The newest of all, from a source that is not bound: data wait, and control hears of it.
Plane::Fate Plane::take_unbound(Tag tag, TableRecord& record, const SessionView& view,
                                const Endpoint& source, ByteView as_it_came, bool is_data,
                                Instant now) {
  Fate fate = Fate::dropped;
  if (is_data) {
    Held& held = held_[tag];
    const bool same = held.source == source && held.bound_version == view.bound_version;
    if (!same) fates_.dropped += std::exchange(held.up, {}).size();
    held.source = source;
    held.bound_version = view.bound_version;
    if (hold(held.up, fates_.dropped, as_it_came, view, now)) fate = Fate::held;
  }
  if (now.ns >= record.health.next_notice_ns) {
    record.health.next_notice_ns = (now + kUnboundPuntInterval).ns;
    handlers_.unbound(tag, source, as_it_came.size());
  }
  return fate;
}

void Plane::release(Tag tag, Instant now) {
  TableRecord* record = table_.record(tag);
  const Snapshot* snapshot = record == nullptr ? nullptr : table_.find(tag);
  if (snapshot == nullptr || now >= serving_until_) return forget_held(tag);
  Held held = std::move(held_[tag]);
  held_.erase(tag);
  const SessionView& view = snapshot->view;
  const auto is_over = [now](const Waiting& packet) { return now >= packet.until; };
  fates_.dropped += std::erase_if(held.up, is_over);
  fates_.refused += std::erase_if(held.down, is_over);
  if (role_of(view, held.source, now) == SourceRole::bound) {
    for (Waiting& packet : std::exchange(held.up, {})) {
      note(take(held.source, std::move(packet.bytes), now));
    }
  } else if (held.bound_version != view.bound_version) {
    fates_.dropped += std::exchange(held.up, {}).size();
  }
  if (view.has_binding()) {
    for (Waiting& packet : std::exchange(held.down, {})) {
      --fates_.offered;  // it is offered once more
      send(tag, packet.bytes, now);
    }
  }
  if (!held.up.empty() || !held.down.empty()) held_[tag] = std::move(held);
}

void Plane::forget_held(Tag tag) {
  const auto found = held_.find(tag);
  if (found == held_.end()) return;
  fates_.dropped += found->second.up.size();
  fates_.refused += found->second.down.size();
  held_.erase(found);
}

void Plane::note(Fate fate) {
  if (fate == Fate::delivered) ++fates_.delivered;
  if (fate == Fate::answered) ++fates_.answered;
  if (fate == Fate::dropped) ++fates_.dropped;
}

PacketFates Plane::fates() const {
  PacketFates fates = fates_;
  for (const auto& [tag, held] : held_) {
    fates.held_up += held.up.size();
    fates.held_down += held.down.size();
  }
  return fates;
}

}  // namespace jvpn::sim
