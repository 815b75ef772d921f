// SPDX-License-Identifier: Apache-2.0
// A burst: packets in arrays, one array per field, one index per packet. Stages run over it one
// after the other; each looks only at the packets of its own lane.
#pragma once

#include <algorithm>
#include <array>

#include "dataplane/frame.h"
#include "dataplane/packet_set.h"
#include "dataplane/verdict.h"
#include "session/core/address.h"
#include "session/core/limits.h"
#include "session/core/session_view.h"
#include "session/shared/address_pool.h"
#include "session/shared/occupant.h"
#include "session/shared/staged_keys.h"

namespace jvpn {

/// Where a packet stands: what the next stage that takes it does with it.
enum class Lane : std::uint8_t {
  none,       ///< decided, or not yet looked at
  arp,        ///< ARP packet
  neighbour,  ///< IPv6 neighbour solicitation or advertisement
  handshake,  ///< INIT or CONFIRM
  control,    ///< sealed control message
  ticketed,   ///< control message with a ticket, for a session that does not live here
  data,       ///< DATA, still sealed
  dead,       ///< data or control for a session that is no more
  opened,     ///< DATA, authentic and marked: an inner packet
  heartbeat,  ///< the same, but a heartbeat is inside
  inner,      ///< plaintext IP packet
  local,      ///< plaintext IP packet to our own plaintext address
  too_big,    ///< inner packet above its session's tunnel MTU
  unbound,    ///< inner packet of a session without a binding
  seal,       ///< inner packet on its way into the tunnel
  carried,    ///< decided: session data that leaves
};

struct Burst {
  /// Frames that a loop may look ahead without asking for the burst's end.
  static constexpr std::size_t kAhead = 8;

  std::size_t size = 0;
  std::array<rte_mbuf*, kBurst + kAhead> frame;  ///< behind the last, the last again
  std::array<Verdict, kBurst> verdict;
  std::array<Lane, kBurst> lane;

  // classify
  std::array<std::uint8_t*, kBurst> payload;       ///< UDP payload; or inner packet; or ARP packet
  std::array<std::uint16_t, kBurst> payload_size;  ///< bytes
  std::array<Endpoint, kBurst> source;             ///< underlay only
  std::array<IpAddress, kBurst> destination;       ///< plaintext only
  std::array<AddressPool::Place, kBurst> place;    ///< plaintext only: the destination's; or null
  std::array<std::uint8_t, kBurst> ecn;            ///< of the outermost IP header, 2 bits

  // lookup
  std::array<Tag, kBurst> tag;
  std::array<TableRecord*, kBurst> record;
  std::array<const Occupant*, kBurst> occupant;  ///< of the record's slot
  std::array<const Snapshot*, kBurst> snapshot;
  std::array<Traits, kBurst> traits;
  std::array<std::uint8_t, kBurst> owner;         ///< handed_over: to this worker
  std::array<std::uint64_t, kBurst> source_name;  ///< lane control: as budgets know the source

  // open
  std::array<OpeningUse*, kBurst> use;  ///< lane data: of the key named by the header's epoch bits
  std::array<SourceRole, kBurst> role;  ///< lanes opened, heartbeat: bound or draining

  // rewrite
  std::array<std::uint8_t, kBurst> out;     ///< forwarded, answered: leaves by this link
  std::array<Verdict, kBurst> once_sealed;  ///< lane seal: the verdict when it leaves

  /// Empties the burst for `count` > 0 frames that were put into `frame`.
  void begin(std::size_t count) {
    size = count;
    std::fill_n(frame.data() + count, kAhead, frame[count - 1]);
    verdict.fill(Verdict::undecided);
    lane.fill(Lane::none);
  }
  /// Decides a packet that does not leave: dropped, punted or absorbed.
  void settle(std::size_t i, Verdict why) {
    verdict[i] = why;
    lane[i] = Lane::none;
  }
  void leave(std::size_t i, std::uint8_t link, Verdict as) {
    verdict[i] = as;
    lane[i] = Lane::none;
    out[i] = link;
  }
  /// The same for a session's data, which leave only while the node serves.
  void leave_carried(std::size_t i, std::uint8_t link, Verdict as) {
    leave(i, link, as);
    lane[i] = Lane::carried;
  }
  /// The packets that are in a lane now.
  PacketSet in(Lane which) const { return PacketSet::where(lane, which, size); }
  PacketSet with(Verdict which) const { return PacketSet::where(verdict, which, size); }
  PacketSet all() const { return PacketSet::first(size); }
  ByteSpan payload_of(std::size_t i) const { return {payload[i], payload_size[i]}; }
};

}  // namespace jvpn
