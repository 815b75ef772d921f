// SPDX-License-Identifier: Apache-2.0
// What the gateway's process costs, as the kernel accounts for it.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace jvpn::churn {

class GatewayWatch {
 public:
  /// `pid`: 0 where it is not known; then everything below is zero.
  explicit GatewayWatch(int pid) : pid_(pid) {}

  struct Reading {
    Duration control{};          ///< processor time of its first thread, which is control
    Duration process{};          ///< of all its threads, in steps of 10 ms
    std::uint64_t rss_kib = 0;   ///< without hugepages
    std::uint64_t huge_kib = 0;  ///< mapped hugepages
  };
  Reading read() const;
  bool is_known() const { return pid_ != 0; }

 private:
  int pid_;
};

/// Processor time of this process.
Duration own_time();

}  // namespace jvpn::churn
