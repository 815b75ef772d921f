// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.h"

namespace jvpn {

/// How long the control thread rests after a turn. An idle one naps: short enough that a jump,
/// which crosses it twice, loses less than a millisecond to naps; long enough to leave its core to
/// others.
class Naps {
 public:
  /// `worked`: the turn took punts; `asked`: an operator was answered.
  Duration after(bool worked, bool asked, Instant now) {
    if (worked) alert_until_ = now + kAlert;
    if (worked || asked) return Duration::zero();
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
