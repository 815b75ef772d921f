// SPDX-License-Identifier: Apache-2.0
#include "dataplane/neighbour_upkeep.h"

#include <algorithm>

namespace jvpn {

std::uint16_t NeighbourUpkeep::want(std::uint8_t link, const IpAddress& address, bool pinned) {
  const std::uint16_t known = table_.find(link, address);
  if (known != Neighbours::kNone) return known;
  const std::uint16_t index = table_.reserve(link, address);
  if (index != Neighbours::kNone) {
    Watch watch;
    watch.index = index;
    watch.link = link;
    watch.address = address;
    watch.pinned = pinned;
    watched_.push_back(watch);
  }
  return index;
}

void NeighbourUpkeep::on_frame(std::uint8_t link, ByteView frame, Instant now) {
  const auto claim = read_claim(frame);
  if (!claim || claim->mac == EtherAddress{}) return;
  const std::uint16_t index = table_.find(link, claim->address);
  const auto watch = std::ranges::find(watched_, index, &Watch::index);
  if (watch == watched_.end()) return;
  table_.resolve(index, claim->mac);
  watch->unanswered = 0;
  watch->ask_at = now + kReachable;
}

void NeighbourUpkeep::step(Instant now, std::vector<NeighbourFrame>& out) {
  std::erase_if(watched_, [&](Watch& watch) { return is_forgotten(watch, now); });
  for (Watch& watch : watched_) {
    if (now >= watch.ask_at) ask(watch, now, out);
  }
}

void NeighbourUpkeep::ask(Watch& watch, Instant now, std::vector<NeighbourFrame>& out) {
  if (watch.unanswered >= kMaxUnanswered) table_.unresolve(watch.index);
  const bool eager = watch.unanswered < kEagerAsks;
  if (eager) ++watch.unanswered;
  watch.ask_at = now + (eager ? kAskInterval : kSlowAskInterval);
  const auto question = write_question(links_[watch.link], watch.address);
  if (question) out.push_back(*question);
}

bool NeighbourUpkeep::is_forgotten(Watch& watch, Instant now) {
  if (watch.pinned) return false;
  if (watch.last_used.ns == 0 || table_.take_used(watch.index)) watch.last_used = now;
  if (now - watch.last_used < kForget) return false;
  table_.remove(watch.index);
  return true;
}

}  // namespace jvpn
