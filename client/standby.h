// SPDX-License-Identifier: Apache-2.0
// The paths that are not in use, asked now and then whether they would do:
//
//   PROBE ---------------> by a standby path, 256 bytes
//         <-- PATH_CHALLENGE   round-trip time measured
//   PATH_RESPONSE -------> by the same path: the gateway keeps it as a candidate, so that a jump
//                          there takes a single message (docs/PROTOCOL.md, candidates)
//
// Nothing but control goes there: there is one binding. Times are the policy's: a candidate is
// renewed before it is too old, a path that just appeared is asked a few times in a row first.
#pragma once

#include <optional>
#include <vector>

#include "client/paths.h"
#include "client/selection.h"
#include "session/core/messages.h"
#include "session/core/policy.h"

namespace jvpn::client {

class Standby {
 public:
  Standby(const TransportPolicy& transport, Duration stability_window)
      : transport_(transport), stability_window_(stability_window) {}
  void set_policy(const TransportPolicy& transport, Duration stability_window);

  /// Probe every usable path but `in_use`, up to max_candidate_count, in order of preference.
  void fit(const Paths& paths, PathId in_use, Instant now);
  /// All measurements are void: another node serves now, or time was lost.
  void forget(Instant now);

  struct Probe {
    Route route;
    PathProbe body;
  };
  /// The probe to send now, if one is due; told_of() must follow.
  std::optional<Probe> due_probe(Instant now);
  void told_of(PathId path, MessageNumber number, Instant now);
  /// The route to answer by, if this answers a probe of ours that came in by its own path.
  std::optional<Route> on_challenge(MessageNumber answered, const Route& came_by, Instant now);

  /// What probes say of each path, for those who choose among all.
  void report(Paths& paths, Instant now) const;
  /// Paths that answered within the candidates' age.
  std::vector<PathQuality> measured(Instant now) const;
  std::optional<Route> route(PathId path) const;
  bool is_validated(PathId path, Instant now) const;
  Instant next_deadline() const;

 private:
  static constexpr unsigned kHistory = 8;  ///< probes that loss is counted over

  struct Candidate {
    PathId path;
    Route route;
    Instant due;
    Instant sent_at{0};
    MessageNumber number{};
    bool waiting = false;
    std::uint32_t lost = 0;  ///< bit per probe, the latest lowest
    unsigned probes = 0;
    unsigned silent = 0;  ///< unanswered in a row
    Duration rtt{};
    Instant answered_at = Instant::never();
    Instant good_since = Instant::never();
  };
  Candidate* find(PathId path);
  const Candidate* find(PathId path) const;
  void note(Candidate& candidate, bool lost) const;
  Duration pause_after(const Candidate& candidate, Instant now) const;
  bool is_fresh(const Candidate& candidate, Instant now) const;
  static double loss_of(const Candidate& candidate);

  TransportPolicy transport_;
  Duration stability_window_;
  std::vector<Candidate> candidates_;
};

}  // namespace jvpn::client
