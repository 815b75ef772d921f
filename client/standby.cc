// SPDX-License-Identifier: Apache-2.0
#include "client/standby.h"

#include <algorithm>
#include <bit>

#include "client/timing.h"

namespace jvpn::client {

void Standby::set_policy(const TransportPolicy& transport, Duration stability_window) {
  transport_ = transport;
  stability_window_ = stability_window;
}

Standby::Candidate* Standby::find(PathId path) {
  const auto found =
      std::find_if(candidates_.begin(), candidates_.end(),
                   [&](const Candidate& candidate) { return candidate.path == path; });
  return found != candidates_.end() ? &*found : nullptr;
}

const Standby::Candidate* Standby::find(PathId path) const {
  return const_cast<Standby*>(this)->find(path);
}

void Standby::fit(const Paths& paths, PathId in_use, Instant now) {
  std::vector<Candidate> fitting;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const PathId path{static_cast<std::uint8_t>(i)};
    if (path == in_use || fitting.size() == transport_.max_candidate_count) continue;
    const Candidate* known = find(path);
    const unsigned turn = known != nullptr ? known->silent / kProbesPerEndpoint : 0;
    const std::vector<Route> ways = paths.routes(path);
    if (ways.empty()) continue;
    const Route& route = ways[turn % ways.size()];
    const bool same = known != nullptr && known->route == route;
    fitting.push_back(same ? *known : Candidate{.path = path, .route = route, .due = now});
    if (!same && known != nullptr) fitting.back().silent = known->silent;
  }
  candidates_ = std::move(fitting);
}

void Standby::forget(Instant now) {
  for (Candidate& candidate : candidates_) {
    candidate = Candidate{.path = candidate.path, .route = candidate.route, .due = now};
  }
}

double Standby::loss_of(const Candidate& candidate) {
  const unsigned counted = std::min(candidate.probes, kHistory);
  return counted == 0 ? 0.0 : static_cast<double>(std::popcount(candidate.lost)) / counted;
}

void Standby::note(Candidate& candidate, bool lost) const {
  candidate.waiting = false;
  candidate.lost = (candidate.lost << 1 | (lost ? 1u : 0u)) & ((1u << kHistory) - 1);
  ++candidate.probes;
  candidate.silent = lost ? candidate.silent + 1 : 0;
  if (lost) candidate.good_since = Instant::never();
}

/// Often enough that the gateway's candidate never gets too old; sooner while the path is new.
Duration Standby::pause_after(const Candidate& candidate, Instant now) const {
  const Duration usual = std::max<Duration>(transport_.candidate_max_age * 2 / 5, kProbePatience);
  if (candidate.silent > 0) {
    return std::max(usual, backed_off(kProbePatience, candidate.silent - 1, kLongestProbePause));
  }
  const bool settled = now - candidate.good_since >= stability_window_;
  return settled ? usual : std::min<Duration>(usual, stability_window_ + kProbeSlack);
}

std::optional<Standby::Probe> Standby::due_probe(Instant now) {
  for (Candidate& candidate : candidates_) {
    if (now < candidate.due) continue;
    if (candidate.waiting) {
      note(candidate, true);
      if (candidate.silent > 1) {  // one alone says little: it is asked again at once
        candidate.due = now + pause_after(candidate, now);
        continue;
      }
    }
    return Probe{
        candidate.route,
        {candidate.path, static_cast<std::uint32_t>(candidate.rtt / std::chrono::microseconds(1)),
         static_cast<std::uint32_t>(loss_of(candidate) * 1e6)}};
  }
  return std::nullopt;
}

void Standby::told_of(PathId path, MessageNumber number, Instant now) {
  Candidate& candidate = *find(path);
  candidate.number = number;
  candidate.sent_at = now;
  candidate.waiting = true;
  candidate.due = now + std::max<Duration>(kProbePatience, candidate.rtt * 3);
}

std::optional<Route> Standby::on_challenge(MessageNumber answered, const Route& came_by,
                                           Instant now) {
  Candidate* candidate = find(came_by.path);
  if (candidate == nullptr || !candidate->waiting || candidate->number != answered ||
      candidate->route != came_by) {
    return std::nullopt;
  }
  const Duration rtt = std::max<Duration>(now - candidate->sent_at, Duration(1));
  candidate->rtt = candidate->rtt == Duration{} ? rtt : (candidate->rtt * 3 + rtt) / 4;
  note(*candidate, false);
  candidate->answered_at = now;
  if (candidate->good_since == Instant::never()) candidate->good_since = now;
  candidate->due = now + pause_after(*candidate, now);
  return candidate->route;
}

bool Standby::is_fresh(const Candidate& candidate, Instant now) const {
  return candidate.answered_at != Instant::never() &&
         now - candidate.answered_at <= transport_.candidate_max_age;
}

void Standby::report(Paths& paths, Instant now) const {
  for (const Candidate& candidate : candidates_) {
    if (candidate.probes == 0) continue;
    paths.note_probes(candidate.path,
                      Paths::Reply{is_validated(candidate.path, now), loss_of(candidate)});
    if (candidate.rtt != Duration{}) paths.note_rtt(candidate.path, candidate.rtt);
  }
}

std::vector<PathQuality> Standby::measured(Instant now) const {
  std::vector<PathQuality> all;
  for (const Candidate& candidate : candidates_) {
    if (!is_fresh(candidate, now)) continue;
    const bool stable = candidate.good_since != Instant::never() &&
                        candidate.answered_at - candidate.good_since >= stability_window_;
    all.push_back({candidate.path, loss_of(candidate), candidate.rtt, stable});
  }
  return all;
}

std::optional<Route> Standby::route(PathId path) const {
  const Candidate* candidate = find(path);
  return candidate != nullptr ? std::optional(candidate->route) : std::nullopt;
}

bool Standby::is_validated(PathId path, Instant now) const {
  const Candidate* candidate = find(path);
  return candidate != nullptr && candidate->silent == 0 && is_fresh(*candidate, now);
}

Instant Standby::next_deadline() const {
  Instant next = Instant::never();
  for (const Candidate& candidate : candidates_) next = std::min(next, candidate.due);
  return next;
}

}  // namespace jvpn::client
