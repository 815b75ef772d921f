// SPDX-License-Identifier: Apache-2.0
// Whose an inner address is, for all that is not answered by the first comparison: the session's
// own address, the pool's array, and then what leads to sessions beside the pools.
#pragma once

#include "dataplane/routes.h"
#include "dataplane/turn.h"

namespace jvpn {

/// A session as a worker has it at hand.
struct SessionAtHand {
  const SessionView& view;
  Tag tag;
};

/// The same as a comparison with IpAddress::v4(octets), which need not be put together for it.
inline bool is_same_v4(const IpAddress& address, const Bytes<4>& octets) {
  const IpAddress::Words words = address.words();
  const auto differs =
      static_cast<std::uint32_t>(words.low >> 32) ^ std::bit_cast<std::uint32_t>(octets);
  return address.is_v4() && differs == 0;
}

/// Where a destination outside of the pools leads.
inline RouteTo find_route(const PlaneFacts& plane, const IpAddress& destination) {
  return plane.routes == nullptr ? RouteTo{} : plane.routes->find(destination);
}

/// May packets from `address` come out of the session's tunnel, and those to it go in?
inline bool is_of_session(const PlaneFacts& plane, const SessionAtHand& session,
                          const IpAddress& address) {
  const IpAddress& own_v4 = session.view.inner_v4;  // asked first: in the view's first line
  if (address == own_v4 && !own_v4.is_unset()) [[likely]]
    return true;
  const IpAddress& own_v6 = session.view.inner_v6;
  if (!address.is_v4() && address == own_v6 && !own_v6.is_unset()) return true;
  const RouteTo to = find_route(plane, address);
  return to.known && to.slot == GatewayTag::unpack(session.tag).slot;
}

/// Does `address` belong to some client, whether or not it has a session now?
inline bool is_a_clients(const PlaneFacts& plane, const IpAddress& address) {
  const AddressPool* pool = plane.pool_of(address);
  return (pool != nullptr && pool->contains(address)) || find_route(plane, address).known;
}

/// False: no route leads to this IPv4 address (host order). True: look.
inline bool may_be_routed(const PlaneFacts& plane, std::uint32_t address) {
  return plane.routes != nullptr && plane.routes->may_know(address);
}

}  // namespace jvpn
