// SPDX-License-Identifier: Apache-2.0
// What a run counts and measures, over all sessions.
#pragma once

#include <map>
#include <string_view>

#include "benchmarks/churn/histogram.h"
#include "benchmarks/churn/number_window.h"
#include "session/core/reason.h"

namespace jvpn::churn {

/// Of jumps, from the moment at which the old path died.
struct JumpTimes {
  Histogram detection;  ///< until the client asks for another path
  Histogram reattach;   ///< from there to the ACK: ATTACHED as the client sees it
  Histogram attached;   ///< both together
  Histogram gap;        ///< until data had gone both ways again
  std::uint64_t ordered = 0;
  std::uint64_t skipped = 0;  ///< the session was not ATTACHED, or its last jump not over
  std::uint64_t put_off = 0;  ///< how often one waited because too many were under way
};

/// Each must stay 0.
struct Violations {
  std::uint64_t duplicate_deliveries = 0;
  std::uint64_t wrong_session_packets = 0;
  std::uint64_t identity_changes = 0;
  std::uint64_t unexpected_ends = 0;
  std::uint64_t security_events = 0;
  std::uint64_t sum() const {
    return duplicate_deliveries + wrong_session_packets + identity_changes + unexpected_ends +
           security_events;
  }
};

struct Tally {
  Histogram birth;       ///< from the first INIT to DONE
  Histogram round_trip;  ///< of a data packet and its answer
  JumpTimes steady;      ///< jumps of single sessions by their interval
  FlowCounts up;
  FlowCounts down;
  Violations violations;
  std::uint64_t births = 0;
  std::uint64_t attached = 0;  ///< sessions now
  std::uint64_t jumping = 0;   ///< sessions now that wait for their ACK
  std::uint64_t open = 0;      ///< agents now that are not closed
  std::uint64_t withheld = 0;  ///< data that the client had no path for
  std::uint64_t strays = 0;    ///< datagrams to an address that no session uses (any more)
  std::map<std::string_view, std::uint64_t> events;  ///< of the clients, by type
  std::map<Reason, std::uint64_t> ends;              ///< unexpected ones
};

}  // namespace jvpn::churn
