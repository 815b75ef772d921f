// SPDX-License-Identifier: Apache-2.0
// Who is let in when, and who waits. In order of cost:
//
//   an INIT beyond the budget of unproven sources, or any under load -> needs mac2, gets a cookie
//   an INIT with mac2                  -> budget per host, network and in total; under load births
//                                         get a quarter of it, since reattaches go first
//   a peer's first session             -> sessions in total, sessions of its source's network
//
// What must wait is told when to come again (COOKIE's retry-after). docs/PROTOCOL.md, "Under load".
#pragma once

#include "control/load_gauge.h"
#include "control/prefix_limits.h"
#include "control/rate_reports.h"
#include "control/rotating_key.h"
#include "session/core/handshake.h"
#include "session/core/policy.h"

namespace jvpn {

struct Arrival;
struct Step;

/// This node's books about strangers and limits.
struct Admission {
  explicit Admission(RandomSource& random);

  LoadGauge load;
  RateReports reports;
  RotatingKey cookie_keys;
  PrefixLimits unproven;  ///< INITs without mac2
  PrefixLimits proven;    ///< INITs with mac2
  PrefixLimits confirms;
  PrefixLimits reattaches;
  PrefixLimits notices;
  RateBucket cookies;
  RateBucket births_under_load;
  RateBucket probes;
  RateBucket rekeys;
};

/// May this INIT cost curves? If not it was counted, and perhaps answered by a cookie.
bool admit_init(const Step& step, const InitFrame& frame, const Arrival& from);
/// May this CONFIRM be opened?
bool admit_confirm(const Step& step, const Arrival& from);
/// May this REQUEST or CONFIRM be looked at?
bool admit_reattach(const Step& step, const Arrival& from);
bool admit_notice(const Step& step, const Arrival& from);
bool admit_probe(const Step& step);

/// Is there room for one more session, which comes from here? If not it was counted.
bool has_room(const Step& step, const Arrival& from);

/// Tells the sender of an INIT to come again after a while.
void defer_init(const Step& step, const InitFrame& frame, const Arrival& from);

/// Says in the audit what limits held back. Call each tick.
void report_limits(const Step& step);

}  // namespace jvpn
