// SPDX-License-Identifier: Apache-2.0
// When a session's traffic keys have served long enough: by the time during which data flowed, by
// blocks, by failed opens, or because an operator says so. And when they have served too long.
#pragma once

#include <string_view>

#include "control/node.h"
#include "control/rekey.h"

namespace jvpn {

/// As the audit has it.
std::string_view name_of(RekeyCause cause);

/// Counts the time since the last sample if bytes moved in it.
void note_flow(SessionKeyState& keys, const HealthReport& report, Instant now);

/// The policy's time, give or take a tenth by a hash of the session: those born together do not
/// rekey together.
Duration spread_of(Duration rekey_after, const SessionId& id);

/// Why a rekey is wanted now; none: it is not.
RekeyCause cause_for_rekey(const Step& step, const Session& session, const HealthReport& report);

/// Three times the policy's time, or as many blocks as one key may ever see. Failed opens beyond
/// their limit end no session: they are said once, and the worker opens nothing more.
bool is_worn_out(const Step& step, Session& session, const HealthReport& report);

}  // namespace jvpn
