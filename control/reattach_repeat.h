// SPDX-License-Identifier: Apache-2.0
// Numbers of the reattach class: which messages are new, which are old ones again, and the answers
// that cost nothing but their bytes. docs/SESSION.md, "Lost ACK".
#pragma once

#include "control/reattach.h"

namespace jvpn {

enum class Sight : std::uint8_t {
  first,    ///< the highest number so far
  again,    ///< the highest number so far, once more, and not decided yet
  decided,  ///< what the last decision was about, again
  refused,  ///< voided by a newer one, replayed, or too often; counted
};
/// Remembers the highest number seen.
Sight admit_number(const Step& step, Session& session, const Ask& ask);

/// The same bytes as before, to the source that they were for, while they still hold. Else REJECT
/// with the current values, or a CHALLENGE where only the source differs.
void answer_again(const Step& step, Session& session, const Ask& ask);

/// CHALLENGE to the observed source. A confirm that came from where its token was not sent gets
/// only a few.
void challenge(const Step& step, Session& session, const Ask& ask);

/// An authentic but unproven message gets a REJECT with the current values. It is no decision: the
/// same number may still succeed, and no event is written.
void reject_unproven(const Step& step, Session& session, const Ask& ask, Reason reason);

/// Too many come from there, or in all: the latest one is told when to try again. It stays fresh.
void defer_reattach(const Step& step, Session& session, const Ask& ask);

}  // namespace jvpn
