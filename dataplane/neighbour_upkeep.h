// SPDX-License-Identifier: Apache-2.0
// Keeps the neighbour table true: asks for who is wanted, believes answers only about them, asks
// again before an entry grows old, forgets whom nobody uses. Control thread; no I/O: questions to
// send are appended to a list.
#pragma once

#include <vector>

#include "base/time.h"
#include "dataplane/neighbour_frames.h"
#include "dataplane/neighbours.h"

namespace jvpn {

class NeighbourUpkeep {
 public:
  static constexpr Duration kAskInterval = 200ms;   ///< unresolved: at first
  static constexpr Duration kSlowAskInterval = 2s;  ///< unresolved: after kEagerAsks
  static constexpr std::uint8_t kEagerAsks = 5;
  static constexpr Duration kReachable = 30s;                   ///< then asked again
  static constexpr std::uint8_t kMaxUnanswered = 3;             ///< then no longer used
  static constexpr Duration kForget = std::chrono::minutes(5);  ///< unused for this long

  /// `links` and `table` must outlive it.
  NeighbourUpkeep(const std::vector<Link>& links, Neighbours& table)
      : links_(links), table_(table) {}

  /// Wants a neighbour resolved; `pinned`: never forgotten. kNone when the table is full.
  std::uint16_t want(std::uint8_t link, const IpAddress& address, bool pinned = false);
  /// An ARP or ND frame that came in by `link`. Whom we never asked for is not believed.
  void on_frame(std::uint8_t link, ByteView frame, Instant now);
  /// Every deadline that has passed; questions to send now.
  void step(Instant now, std::vector<NeighbourFrame>& out);
  std::size_t size() const { return watched_.size(); }

 private:
  struct Watch {
    std::uint16_t index = 0;
    std::uint8_t link = 0;
    IpAddress address;
    bool pinned = false;
    std::uint8_t unanswered = 0;
    Instant ask_at{0};
    Instant last_used{0};
  };
  void ask(Watch& watch, Instant now, std::vector<NeighbourFrame>& out);
  bool is_forgotten(Watch& watch, Instant now);

  const std::vector<Link>& links_;
  Neighbours& table_;
  std::vector<Watch> watched_;
};

}  // namespace jvpn
