// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "session/core/audit.h"
#include "session/core/transition.h"
#include "tests/sim/world/fault.h"

namespace jvpn::sim {

/// Which side's machine made a transition.
enum class Side : std::uint8_t { gateway, client };
inline constexpr std::size_t kSides = 2;
inline constexpr std::size_t kMachineStates = static_cast<std::size_t>(State::terminated) + 1;
inline constexpr std::size_t kMachineEvents = static_cast<std::size_t>(Event::ended) + 1;

/// How often each transition was seen while each kind of fault was at work. Plain numbers, so that
/// it can go through a pipe and be added up.
struct Coverage {
  using Cells = std::array<std::array<std::uint32_t, kFaultKinds>, kMachineEvents>;
  std::array<std::array<Cells, kMachineStates>, kSides> seen{};

  /// Counts a SessionStateChange under every fault of `at_work`.
  void see(Side side, const AuditEvent& event, FaultSet at_work);
  /// Counts each cell that `life` saw, once: so that a sum over many lives tells in how many.
  void add_life(const Coverage& life);
  std::uint64_t count(Side side, State from, Event event) const;
  std::uint64_t count(Side side, FaultKind fault) const;
};

/// One row per defined transition, one column per kind of fault.
std::string to_table(const Coverage& coverage, Side side);

}  // namespace jvpn::sim
