// SPDX-License-Identifier: Apache-2.0
#include "control/candidates.h"

#include <algorithm>

#include "control/limits.h"
#include "control/outbox.h"
#include "control/path_race.h"
#include "control/path_token.h"

namespace jvpn {
namespace {

TokenScope probe_scope(const Session& session, const Endpoint& source) {
  return {TokenPurpose::probe, session.id, session.version.owner_epoch, source};
}

/// Why this source cannot become a candidate, or nothing.
const char* refusal(const Step& step, const Session& session, const Endpoint& source) {
  if (!is_unicast(source)) return "probe_source";
  if (session.binding && session.binding->source == source) return "probe_of_bound_path";
  if (is_barred(session, source, step.now)) return "source_barred";
  return nullptr;
}

}  // namespace

void Candidates::note(const Candidate& candidate, std::size_t most) {
  std::vector<Candidate>& all = known_.ensured();
  std::erase_if(all, [&](const Candidate& known) {
    return known.path == candidate.path || known.source == candidate.source;
  });
  while (!all.empty() && all.size() >= most) {
    all.erase(std::ranges::min_element(all, {}, &Candidate::validated_at));
  }
  all.push_back(candidate);
}

const Candidate* Candidates::find(PathId path, const Endpoint& source, Duration max_age,
                                  Instant now) const {
  if (!known_) return nullptr;
  const auto found = std::ranges::find_if(*known_, [&](const Candidate& known) {
    return known.path == path && known.source == source && now - known.validated_at <= max_age;
  });
  return found == known_->end() ? nullptr : &*found;
}

void Candidates::forget(PathId path, const Endpoint& source) {
  if (!known_) return;
  std::erase_if(*known_, [&](const Candidate& known) {
    return known.path == path || known.source == source;
  });
}

void Candidates::forget_old(Instant now) {
  if (!known_) return;
  std::erase_if(
      *known_, [&](const Candidate& known) { return now - known.validated_at > kCandidateMaxAge; });
  if (known_->empty()) known_.reset();
}

void on_probe(const Step& step, Session& session, MessageNumber number, const Arrival& from) {
  if (const char* why = refusal(step, session, from.source)) return step.count(why);
  if (!admit_probe(step)) return;
  step.node.token_keys.rotate(step.now);
  const PathChallenge challenge{
      from.source, make_path_token(step.node.token_keys.current(),
                                   probe_scope(session, from.source), number, step.now)};
  if (send(step, session, back_to(from), challenge, number)) step.count("probe_challenged");
}

void on_probe_answered(const Step& step, Session& session, const PathResponse& response,
                       const Arrival& from) {
  step.node.token_keys.rotate(step.now);
  const Duration max_age = std::min(step.policy(session).security.challenge_max_age, kTokenMaxAge);
  if (!path_token_holds(step.node.token_keys, probe_scope(session, from.source), response.token,
                        max_age, step.now)) {
    return step.count("path_response_unasked");
  }
  if (const char* why = refusal(step, session, from.source)) return step.count(why);
  const Instant asked = issued_at(response.token);
  session.candidates.note({response.path, from.source, from.underlay, asked, step.now - asked},
                          step.policy(session).transport.max_candidate_count);
  step.count("candidate_validated");
}

const Candidate* candidate_for(const Step& step, const Session& session, PathId path,
                               const Endpoint& source) {
  const Duration max_age =
      std::min(step.policy(session).transport.candidate_max_age, kCandidateMaxAge);
  return session.candidates.find(path, source, max_age, step.now);
}

}  // namespace jvpn
