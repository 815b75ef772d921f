// SPDX-License-Identifier: Apache-2.0
// Standby paths of one session that have answered a challenge lately. A REQUEST from exactly such a
// source jumps with a single message. Nothing else follows from one: it carries no data, and the
// session still has one binding. docs/PROTOCOL.md, "Candidates".
//
//   PROBE (standby path) -> PATH_CHALLENGE to the observed source -> PATH_RESPONSE -> candidate
#pragma once

#include <vector>

#include "base/boxed.h"
#include "control/core.h"
#include "session/core/messages.h"

namespace jvpn {

struct Candidate {
  PathId path;
  Endpoint source;
  std::uint8_t underlay = 0;
  Instant validated_at{0};  ///< when the challenge that it answered was sent
  Duration rtt{};
};

class Candidates {
 public:
  /// In place of the one of the same path; else, when there are `most`, of the oldest.
  void note(const Candidate& candidate, std::size_t most);
  /// The candidate with this path and source, if it was validated at most `max_age` ago.
  const Candidate* find(PathId path, const Endpoint& source, Duration max_age, Instant now) const;
  /// The path or the source is bound now.
  void forget(PathId path, const Endpoint& source);
  void clear() { known_.reset(); }
  std::size_t size() const { return known_ ? known_->size() : 0; }
  /// Takes no memory for those that are older than anybody would use.
  void forget_old(Instant now);

 private:
  Boxed<std::vector<Candidate>> known_;
};

struct Step;
struct Session;

/// A fresh PROBE: its source is challenged, once per message and within the limit over all
/// sessions.
void on_probe(const Step& step, Session& session, MessageNumber number, const Arrival& from);

/// A fresh PATH_RESPONSE to the challenge of a PROBE: notes the candidate.
void on_probe_answered(const Step& step, Session& session, const PathResponse& response,
                       const Arrival& from);

/// The candidate that lets this REQUEST jump at once; null: its source must be challenged.
const Candidate* candidate_for(const Step& step, const Session& session, PathId path,
                               const Endpoint& source);

}  // namespace jvpn
