// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/reachable.h"

#include <algorithm>
#include <optional>

namespace jvpn::sim {
namespace {

constexpr FaultSet kAll = ~FaultSet{0};

struct Exception {
  std::optional<Side> side;  ///< nothing: both
  State from;
  Event event;
  FaultSet faults;
  std::string_view why;
};

/// The only list of what a campaign need not see.
constexpr Exception kExceptions[] = {
    {{}, State::birth, Event::ended, kAll, "neither side keeps a session that is not confirmed"},
    {Side::client, State::attached, Event::owner_acquired, kAll,
     "a client hears of a new owner by the ACK that attaches it"},
    {Side::client, State::volatile_, Event::owner_acquired, kAll, "as above"},
    {Side::client, State::degraded, Event::owner_acquired, kAll, "as above"},
    {Side::client, State::recovering, Event::owner_acquired, kAll, "as above"},
    {{}, State::volatile_, Event::policy_forces, kAll, "no client of ours is forced by its policy"},
    {{}, State::degraded, Event::policy_forces, kAll, "no client of ours is forced by its policy"},
};

bool is_excepted(Side side, const Transition& row, std::size_t fault) {
  return std::ranges::any_of(kExceptions, [&](const Exception& one) {
    return one.side.value_or(side) == side && one.from == row.from && one.event == row.event &&
           (one.faults >> fault & 1) != 0;
  });
}

std::string_view name_of(Side side) {
  return side == Side::gateway ? "gateway" : "client";
}

}  // namespace

std::vector<std::string> empty_cells(const Coverage& coverage) {
  std::vector<std::string> empty;
  for (const Side side : {Side::gateway, Side::client}) {
    for (const Transition& row : all_transitions()) {
      const auto& cells =
          coverage.seen[static_cast<std::size_t>(side)][static_cast<std::size_t>(row.from)]
                       [static_cast<std::size_t>(row.event)];
      for (std::size_t fault = 0; fault < kFaultKinds; ++fault) {
        if (cells[fault] != 0 || is_excepted(side, row, fault)) continue;
        empty.push_back(std::string(name_of(side)) + " " + std::string(to_string(row.from)) + " " +
                        std::string(to_string(row.event)) + " while " +
                        std::string(kFaultNames[fault]));
      }
    }
  }
  return empty;
}

std::string exceptions() {
  std::string out;
  for (const Exception& one : kExceptions) {
    out += "not asked for: " + std::string(one.side ? name_of(*one.side) : "either side") + " " +
           std::string(to_string(one.from)) + " " + std::string(to_string(one.event));
    if (one.faults != kAll) {
      out += " while";
      for (std::size_t fault = 0; fault < kFaultKinds; ++fault) {
        if ((one.faults >> fault & 1) != 0) out += " " + std::string(kFaultNames[fault]);
      }
    }
    out += ": " + std::string(one.why) + "\n";
  }
  return out;
}

}  // namespace jvpn::sim
