// SPDX-License-Identifier: Apache-2.0
// The access paths as the operating system shows them, and which of them to take.
//
// Selection is deterministic: of the usable paths those that did not fail lately; of these those
// that answer probes (standby.h), then those not yet asked; then loss, latency, and the lowest path
// id, which is the operator's order of preference.
#pragma once

#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "base/time.h"
#include "client/flap_guard.h"
#include "client/keepalive.h"
#include "client/route.h"

namespace jvpn::client {

class Paths {
 public:
  /// `endpoints`: the gateway's, preferred first.
  Paths(std::size_t count, std::vector<Endpoint> endpoints);

  /// False: nothing changed.
  bool update(PathId path, const PathState& state);
  /// More of the gateway's endpoints, or of its cluster's. What is known stays.
  /// False: none was new.
  bool learn(std::span<const Endpoint> endpoints);
  const std::vector<Endpoint>& endpoints() const { return endpoints_; }

  /// Leave it alone until then if another one can be had.
  void avoid(PathId path, Instant until);
  /// The session moved there; it died there or went bad. Who fails soon again is avoided longer.
  void note_taken(PathId path, Instant now) { paths_[path.value].guard.on_taken(now); }
  void note_failed(PathId path, Instant now);
  bool is_avoided(PathId path, Instant now) const { return now < paths_[path.value].avoid_until; }
  /// How long its NAT remembers us.
  Keepalive& keepalive(PathId path) { return paths_[path.value].keepalive; }
  /// What probes say of a path not in use; unset: it was not asked yet.
  struct Reply {
    bool answers = false;
    double loss = 0.0;
  };
  void note_probes(PathId path, std::optional<Reply> reply) { paths_[path.value].reply = reply; }
  /// The round-trip time last measured there; zero: none.
  void note_rtt(PathId path, Duration rtt) { paths_[path.value].rtt = rtt; }
  Duration rtt(PathId path) const { return paths_[path.value].rtt; }

  /// By which source address and to which endpoint; nothing while the path cannot be used.
  std::optional<Route> route(PathId path) const;
  std::size_t size() const { return paths_.size(); }
  /// The ways by one path, the preferred endpoint first.
  std::vector<Route> routes(PathId path) const;
  std::optional<Route> route(PathId path, const Endpoint& endpoint) const;
  /// Every way there is: the first endpoint by each path, then the second by each path, ...
  std::vector<Route> routes() const;
  /// The path is up and still has the route's source address.
  bool is_usable(const Route& route) const;
  /// This endpoint answered: from now on it comes before the others.
  void prefer(const Endpoint& endpoint);
  std::size_t usable_count() const;
  bool is_gateway(const Endpoint& source) const;
  /// By one path at least.
  bool reaches(const Endpoint& endpoint) const;

  /// The best usable path, `other_than` only when there is no other.
  std::optional<Route> select(Instant now, std::optional<PathId> other_than = {}) const;
  /// The next way in the cyclic order of routes(); itself when it is the only one.
  std::optional<Route> next_after(const Route& route) const;

 private:
  struct Path {
    PathState state;
    Instant avoid_until{0};
    Duration rtt{};
    std::optional<Reply> reply;
    FlapGuard guard;
    Keepalive keepalive;
  };
  enum Answering : std::uint8_t { kAnswers, kNotAsked, kSilent };
  /// Avoided, until when; whether it answers; loss in tenths; latency in steps.
  using Standing = std::tuple<bool, Instant, Answering, int, Duration>;
  using Rank = std::pair<bool, Standing>;  ///< first: the path to leave
  static Standing standing(const Path& path, Instant now);
  PathId id(std::size_t index) const { return PathId{static_cast<std::uint8_t>(index)}; }

  std::vector<Path> paths_;
  std::vector<Endpoint> endpoints_;
};

}  // namespace jvpn::client
