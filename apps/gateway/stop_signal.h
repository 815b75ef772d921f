// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "base/result.h"
#include "base/time.h"

namespace jvpn {

/// SIGINT, SIGTERM and SIGHUP as something to wait for. Make it before any thread: threads inherit
/// that the signals are blocked, so that none of them is ended by one.
class StopSignal {
 public:
  static Result<StopSignal> create();
  StopSignal(StopSignal&& other) noexcept;
  StopSignal& operator=(StopSignal&&) = delete;
  ~StopSignal();

  /// Sleeps for so long, or until a signal comes. True once SIGINT or SIGTERM came.
  bool wait(Duration longest);
  /// Whether SIGHUP came since this was asked last.
  bool take_reload() { return std::exchange(reload_, false); }

 private:
  explicit StopSignal(int fd) : fd_(fd) {}
  int fd_;
  bool stop_ = false;
  bool reload_ = false;
};

}  // namespace jvpn
