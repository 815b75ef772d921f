// SPDX-License-Identifier: Apache-2.0
#include "dataplane/address_owner.h"
#include "dataplane/echo.h"
#include "dataplane/ecn.h"
#include "dataplane/forward_usual.h"
#include "dataplane/meter.h"
#include "dataplane/next_hop.h"
#include "dataplane/uplink.h"
#include "session/core/inner.h"

namespace jvpn {
namespace {

/// Groups are nobody's session, and clients do not reach clients through the gateway.
bool is_denied(const PlaneFacts& plane, const IpAddress& destination) {
  if (is_a_clients(plane, destination)) return true;
  const std::uint8_t first = destination.bytes[destination.is_v4() ? 12 : 0];
  return destination.is_v4() ? first >= 224 : first == 0xff;
}

/// For the gateway itself: echo requests are answered back through the tunnel.
Verdict answer_locally(Burst& burst, std::size_t i) {
  if (!turn_into_echo_reply(burst.payload_of(i))) return Verdict::not_for_us;
  burst.lane[i] = Lane::seal;
  burst.ecn[i] = ecn_of(burst.payload_of(i));
  burst.once_sealed[i] = Verdict::answered;
  return Verdict::undecided;
}

Verdict copy_congestion(Burst& burst, std::size_t i) {
  const std::uint8_t inner = ecn_of(burst.payload_of(i));
  const auto leaving = leaving_ecn(inner, burst.ecn[i]);
  if (!leaving) return Verdict::ecn_congestion;
  if (*leaving != inner) set_ecn(burst.payload_of(i), *leaving);
  return Verdict::undecided;
}

Verdict forward(Turn& turn, Burst& burst, std::size_t i, const IpAddress& destination) {
  const Link& out = turn.plane.plaintext();
  EtherAddress next_hop;
  if (!find_next_hop(turn, out, destination, next_hop)) return Verdict::next_hop_unresolved;
  const std::uint16_t type = destination.is_v4() ? kEtherIpv4 : kEtherIpv6;
  forward_to({out.index, {next_hop, out.mac, type}}, burst, i, *burst.record[i],
             burst.payload_of(i));
  return Verdict::undecided;
}

Verdict deliver_one(Turn& turn, Burst& burst, std::size_t i) {
  const auto inner = parse_inner(burst.payload_of(i));
  if (!inner) return Verdict::inner_malformed;
  const SessionView& view = burst.snapshot[i]->view;
  if (!is_of_session(turn.plane, {view, burst.tag[i]}, inner->source)) {
    return Verdict::inner_source_denied;
  }
  if (inner->length > view.tunnel_mtu) return Verdict::inner_too_big;  // its sender knows the MTU
  burst.payload_size[i] = inner->length;
  if (turn.plane.plaintext().is_own(inner->destination)) return answer_locally(burst, i);
  if (is_denied(turn.plane, inner->destination)) return Verdict::inner_destination_denied;
  const Verdict verdict = copy_congestion(burst, i);
  return verdict != Verdict::undecided ? verdict : forward(turn, burst, i, inner->destination);
}

}  // namespace

void deliver(Turn& turn, Burst& burst) {
  UsualHop hop;
  for (const std::size_t i : burst.in(Lane::opened)) {
    if (is_over_rate_up(turn, burst, i)) [[unlikely]] {
      burst.settle(i, Verdict::metered_up);
      continue;
    }
    const UsualInner inner{*burst.record[i], burst.snapshot[i]->view, burst.payload_of(i)};
    if (forward_usual(turn, hop, burst, i, inner)) continue;
    const Verdict verdict = deliver_one(turn, burst, i);
    if (verdict != Verdict::undecided) burst.settle(i, verdict);
  }
}

}  // namespace jvpn
