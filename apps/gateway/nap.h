// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/time.h"

namespace jvpn {

/// What a turn of the control thread found in the mailboxes.
enum class Found : std::uint8_t { nothing, all, more };  ///< more: than one turn takes

/// How long the control thread rests after a turn: short enough that a jump, which crosses it
/// twice, loses less than a millisecond to naps; long enough to leave its core to others, and to
/// find the messages of many at once, which then share a write of the audit.
class Naps {
 public:
  /// `asked`: an operator was answered.
  Duration after(Found found, bool asked, Instant now) {
    if (found != Found::nothing) alert_until_ = now + kAlert;
    if (found == Found::more || asked) return Duration::zero();
    return now < alert_until_ ? kAlertNap : kNap;
  }

  static constexpr Duration kNap = std::chrono::microseconds(400);

 private:
  static constexpr Duration kAlertNap = std::chrono::microseconds(100);
  /// After a punt more are likely: the rest of the handshake or jump.
  static constexpr Duration kAlert = 50ms;

  Instant alert_until_{0};
};

}  // namespace jvpn
