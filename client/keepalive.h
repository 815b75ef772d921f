// SPDX-License-Identifier: Apache-2.0
// How long an idle session may stay silent before the NAT on its path forgets it. Where policy's
// heartbeat is shorter than any NAT's patience there is nothing to find out; where it is longer, as
// for a phone that should sleep, the longest interval that survives is searched:
//
//   begin at kSafe; three silences in a row that the mapping survived: half as long again;
//   a mapping lost in a silence: back to what survived, and never that long again on this path
#pragma once

#include "base/time.h"

namespace jvpn::client {

class Keepalive {
 public:
  static constexpr Duration kSafe = 15s;  ///< NATs that forget sooner than that are rare
  static constexpr Duration kLeast = 5s;  ///< not below it, whatever is observed
  static constexpr unsigned kProofs = 3;

  /// Between heartbeats of an idle session; `wanted` is the policy's interval.
  Duration interval(Duration wanted) const { return wanted < interval_ ? wanted : interval_; }
  /// A heartbeat after this silence was answered, and our source looked the same as before.
  void on_survived(Duration silence, Duration wanted);
  /// After this silence the gateway saw us come from another source.
  void on_lost(Duration silence);

 private:
  Duration interval_ = kSafe;
  Duration survived_ = kLeast;  ///< longest silence so far that did no harm
  Duration lost_ = Duration::max();
  unsigned proofs_ = 0;
};

}  // namespace jvpn::client
