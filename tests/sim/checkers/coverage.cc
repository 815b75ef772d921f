// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/coverage.h"

#include "tests/sim/checkers/versions.h"

namespace jvpn::sim {
namespace {

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

/// The row that a change of state with this reason took: reasons tell rows of one pair apart.
const Transition* row_of(const AuditEvent& event) {
  const std::string from = text_field(event, "previous_state");
  const std::string to = text_field(event, "new_state");
  const Transition* any_reason = nullptr;
  for (const Transition& row : all_transitions()) {
    if (to_string(row.from) != from || to_string(row.to) != to) continue;
    if (row.reason == event.reason) return &row;
    if (row.reason == Reason::none) any_reason = &row;
  }
  return any_reason;
}

}  // namespace

void Coverage::see(Side side, const AuditEvent& event, FaultSet at_work) {
  if (event.type != "SessionStateChange") return;
  const Transition* row = row_of(event);
  if (row == nullptr) return;
  Cells& cells = seen[static_cast<std::size_t>(side)][static_cast<std::size_t>(row->from)];
  for (std::size_t fault = 0; fault < kFaultKinds; ++fault) {
    if (at_work >> fault & 1) ++cells[static_cast<std::size_t>(row->event)][fault];
  }
}

void Coverage::add_life(const Coverage& life) {
  for (std::size_t side = 0; side < kSides; ++side) {
    for (std::size_t state = 0; state < kMachineStates; ++state) {
      for (std::size_t event = 0; event < kMachineEvents; ++event) {
        for (std::size_t fault = 0; fault < kFaultKinds; ++fault) {
          seen[side][state][event][fault] += life.seen[side][state][event][fault] == 0 ? 0 : 1;
        }
      }
    }
  }
}

std::uint64_t Coverage::count(Side side, State from, Event event) const {
  std::uint64_t sum = 0;
  const Cells& cells = seen[static_cast<std::size_t>(side)][static_cast<std::size_t>(from)];
  for (const std::uint32_t n : cells[static_cast<std::size_t>(event)]) sum += n;
  return sum;
}

std::uint64_t Coverage::count(Side side, FaultKind fault) const {
  std::uint64_t sum = 0;
  for (const Cells& cells : seen[static_cast<std::size_t>(side)]) {
    for (const auto& by_fault : cells) sum += by_fault[static_cast<std::size_t>(fault)];
  }
  return sum;
}

std::string to_table(const Coverage& coverage, Side side) {
  std::string out = padded(side == Side::gateway ? "gateway" : "client", 33);
  for (const std::string_view name : kFaultNames) out += padded(std::string(name), 8);
  for (const Transition& row : all_transitions()) {
    out += "\n" + padded(std::string(to_string(row.from)), 11) +
           padded(std::string(to_string(row.event)), 22);
    const auto& cells =
        coverage.seen[static_cast<std::size_t>(side)][static_cast<std::size_t>(row.from)]
                     [static_cast<std::size_t>(row.event)];
    for (const std::uint32_t n : cells) out += padded(n == 0 ? "." : std::to_string(n), 8);
  }
  return out + "\n";
}

}  // namespace jvpn::sim
