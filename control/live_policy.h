// SPDX-License-Identifier: Apache-2.0
// Policy changes and the sessions that live meanwhile (docs/SESSION.md, "Policy").
//
//   strict: in force for every session at once     grace: with the session's next transition
//
// Deadlines that run are only brought nearer, never below two heartbeats from now, and those of
// many sessions one after the other. The client is told by POLICY_UPDATE until it says POLICY_ACK;
// what needs it (heartbeats and their limits, replay window, rekeys) changes only then. A bad
// policy changes nothing but that no session is born until it is mended.
#pragma once

#include "control/node.h"
#include "session/core/messages.h"

namespace jvpn {

/// Error: the policy is bad or no newer one than that in force, with the key and what is expected.
Result<void> apply_policy(const Step& step, Policy policy);
/// There is a policy, and it cannot even be read.
void refuse_policy(const Step& step, std::string_view why);

/// Before a transition, and before a jump is decided: a policy that waited is in force from now on.
void adopt_by_grace(const Step& step, Session& session);

/// The client's part of the policy in force, with the heartbeat that it was granted.
ClientPolicy client_policy_for(const Step& step, const Session& session);
/// Longer or shorter than the policy's as the client wishes, as far as limits hold: at least two
/// heartbeats before VOLATILE, at most four where the policy wants one. Zero: no wish.
Duration granted_heartbeat(const VolatilityPolicy& policy, Duration wanted);
/// The limits that this session's health is judged by.
VolatilityPolicy judged_by(const Step& step, const Session& session);

/// With its next deadline, until the client acknowledges.
PolicyNews& want_policy_told(const Step& step, Session& session);
/// After DONE: what had no room in ACK, or has changed since.
void tell_configuration(const Step& step, Session& session);
/// POLICY_UPDATE when it is due.
void tell_policy(const Step& step, Session& session);
void on_policy_ack(const Step& step, Session& session, const PolicyAck& ack);

/// Once a second: how much heartbeats must be stretched for this many sessions.
void measure_stretch(const Step& step);
/// The next few sessions that a change of policy or stretch has not reached yet: their views are
/// published and their clients told. Their deadlines want to be looked at again.
std::vector<Session*> walk_sessions(const Step& step);

}  // namespace jvpn
