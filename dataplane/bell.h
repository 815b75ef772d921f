// SPDX-License-Identifier: Apache-2.0
// What wakes a worker that sleeps (power = adaptive). Whoever put something into one of its rings
// rings its bell afterwards; that costs a system call only when the worker does sleep.
//
//   worker:  arm()   look at every ring once more    sleep on fd()    disarm()
//   others:  fill a ring, then ring()
//
// Either the sleeper's last look sees the ring filled, or the filler sees the sleeper: both
// exchange the same word.
#pragma once

#include <atomic>
#include <memory>

#include "base/result.h"

namespace jvpn {

class alignas(64) Bell {
 public:
  /// Errors: no more files.
  static Result<std::unique_ptr<Bell>> create();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  ~Bell();

  // ---- the sleeper ---------------------------------------------------------------------------
  /// From now on ring() makes fd() readable.
  void arm();
  void disarm();
  int fd() const { return fd_; }
  /// Once fd() was readable. A ringer that is late makes it readable again: one look too many.
  void silence();

  // ---- any other thread ----------------------------------------------------------------------
  void ring();

 private:
  explicit Bell(int fd) : fd_(fd) {}

  int fd_;  ///< eventfd
  /// Acquire and release in both exchanges: what was put into rings before ring() is seen by the
  /// look after an arm() that came later; partner: each the other.
  std::atomic<bool> sleeps_{false};
};

}  // namespace jvpn
