// SPDX-License-Identifier: Apache-2.0
// Where each session sends from. Every session has addresses of its own in a block that is local as
// a whole (`ip route add local BLOCK dev lo`); a jump moves it on to the next of them and to the
// next socket, so that address and port change.
//
//   block:  | 1st address of session 0, 1, ... n-1 | 2nd address of 0, 1, ... n-1 | ... |
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "benchmarks/churn/identity.h"

namespace jvpn::churn {

class SourcePlan {
 public:
  static constexpr std::uint32_t kMostTurns =
      64;  ///< addresses of one session, then from the first

  SourcePlan(const IpPrefix& block, std::uint32_t sessions, std::uint32_t sockets)
      : first_(number_of(block.address)),
        sessions_(sessions),
        sockets_(sockets),
        turns_(static_cast<std::uint32_t>(std::min<std::uint64_t>(
            kMostTurns, (std::uint64_t{1} << (32 - block.length)) / std::max(sessions, 1u)))) {}

  /// How many addresses each session has; a jump needs three: from, to, and a standby.
  std::uint32_t turns() const { return turns_; }

  struct Source {
    IpAddress address;
    std::uint32_t socket = 0;
  };
  /// The `generation`-th place that a session sends from.
  Source source(std::uint32_t session, std::uint32_t generation) const {
    return {IpAddress::v4(first_ + generation % turns_ * sessions_ + session),
            (session + generation) % sockets_};
  }
  /// Whose address this is.
  std::optional<std::uint32_t> session_of(std::uint32_t address) const {
    const std::uint32_t offset = address - first_;
    if (offset >= turns_ * sessions_) return std::nullopt;
    return offset % sessions_;
  }

 private:
  std::uint32_t first_;
  std::uint32_t sessions_;
  std::uint32_t sockets_;
  std::uint32_t turns_;
};

}  // namespace jvpn::churn
