// SPDX-License-Identifier: Apache-2.0
// Asking the ownership store, and what its answers mean.
//
//   applied      settled
//   refused      settled; if what is found is our own change under an older attempt id: as applied
//   unknown      asked again from the same expected values under a new attempt id, until settled;
//                meanwhile nobody hears of it and nothing changes
//   unavailable  settled, unless an earlier attempt is in doubt: then asked again
//
// Pauses between attempts double up to a bound, spread by a hash of node and attempt.
#pragma once

#include "control/node.h"
#include "control/records/record.h"

namespace jvpn {

/// The first write must be of a record (control/records), whose attempt id settles doubts, or
/// delete the key that the first compare is about.
void ask(const Step& step, const Errand& errand, StoreTransaction transaction);
void ask(const Step& step, const Errand& errand, StoreRead read);

/// Nothing: nobody asked, or it is being asked again.
std::optional<Settled> settle(const Step& step, const StoreReply& reply);

/// Its answer, should one come, is for nobody: what it asked for may have been applied, or may be.
void forget_question(const Step& step, AskedFor purpose, const SessionId& session);

/// Asks again what is due.
void repeat_questions(const Step& step);

/// Lately the store did not answer: nothing new is begun for a while.
bool is_store_down(const Step& step);
/// How long a client should wait before it tries again.
Duration store_retry_after(const Step& step);

AttemptId draw_attempt(const Step& step);

}  // namespace jvpn
