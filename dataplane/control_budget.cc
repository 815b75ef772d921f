// SPDX-License-Identifier: Apache-2.0
#include "dataplane/control_budget.h"

#include "crypto/short_hash.h"

namespace jvpn {
namespace {

/// The network that a source is counted under: its IPv4 /24 or IPv6 /48.
Bytes<16> prefix_of(const IpAddress& source) {
  Bytes<16> out = source.bytes;
  const std::size_t kept = source.is_v4() ? 15 : 6;
  for (std::size_t i = kept; i < out.size(); ++i) out[i] = 0;
  return out;
}

}  // namespace

std::uint64_t ControlBudget::name_of(const IpAddress& source) const {
  const std::uint64_t name = short_hash(key_, prefix_of(source));
  prefixes_.fetch(name);
  return name;
}

bool ControlBudget::take_open(SmallRateBucket& session, std::uint64_t source_name, Instant now) {
  if (left_ == 0) return false;
  // The tag first: what a flood at one tag is refused costs its neighbours' prefix nothing.
  if (!session.take(kControlOpensPerTag, now)) return false;
  if (!prefixes_.take(source_name, kControlOpensPerPrefix, now)) return false;
  if (!opens_.take(kControlOpensInAll, now)) return false;
  --left_;
  return true;
}

bool ControlBudget::take_ticketed(const IpAddress& source, Instant now) {
  const std::uint64_t prefix = short_hash(key_, prefix_of(source));
  return ticketed_prefixes_.take(prefix, kTicketedPerPrefix, now) &&
         ticketed_.take(kTicketedInAll, now);
}

}  // namespace jvpn
