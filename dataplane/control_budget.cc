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

bool ControlBudget::take_open(Tag tag, const IpAddress& source, Instant now) {
  if (left_ == 0) return false;
  // The tag first: what a flood at one tag is refused costs its neighbours' prefix nothing.
  const std::array<BigEndian<std::uint64_t>, 2> name{tag.value(), std::uint64_t{0}};
  if (!tags_.take(short_hash(key_, std::bit_cast<Bytes<16>>(name)), kControlOpensPerTag, now)) {
    return false;
  }
  if (!prefixes_.take(short_hash(key_, prefix_of(source)), kControlOpensPerPrefix, now)) {
    return false;
  }
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
