// SPDX-License-Identifier: Apache-2.0
// What an ask shows of the bound path, and the reply to it: on the session's lines alone, without
// frames and bursts, so that the simulator's plane answers by the same code as a worker.
//
// Evidence that the bound path works both ways is our own nonce coming back. Replies are numbered;
// the nonce of reply k is a keyed hash of tag and k with k's low byte in it, so that each reply of
// the last kRemembered counts, once: a round trip may be longer than the heartbeat interval.
#pragma once

#include "dataplane/session_lines.h"
#include "session/core/heartbeat.h"

namespace jvpn {

/// Who answers, for which session, and when. Built per ask.
struct Answerer {
  const Bytes<16>& nonce_key;  ///< the worker's own
  Tag tag;
  Instant now;
};

/// Takes an ask that came over the bound path into the session's health counts; returns the reply,
/// or nothing when the last one left less than kHeartbeatReplyInterval ago. Owner worker only.
std::optional<Heartbeat> answer_ask(const Answerer& by, TableRecord& record,
                                    const SessionView& view, const Heartbeat& ask);

/// Nonce of a session's `number`th reply, from 1.
std::uint64_t reply_nonce(const Bytes<16>& key, Tag tag, std::uint64_t number);

}  // namespace jvpn
