// SPDX-License-Identifier: Apache-2.0
// The access paths as the operating system shows them, and which of them to take.
//
// Selection is deterministic: of the usable paths those that did not fail lately, and of these the
// lowest path id, which is the operator's order of preference. A path that is not in use has no
// measured loss or latency to be judged by.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "client/route.h"

namespace jvpn::client {

class Paths {
 public:
  /// `endpoints`: the gateway's, preferred first.
  Paths(std::size_t count, std::vector<Endpoint> endpoints);

  /// False: nothing changed.
  bool update(PathId path, const PathState& state);
  /// Leave it alone until then if another one can be had.
  void avoid(PathId path, Instant until);
  /// The round-trip time last measured there; zero: none.
  void note_rtt(PathId path, Duration rtt) { paths_[path.value].rtt = rtt; }
  Duration rtt(PathId path) const { return paths_[path.value].rtt; }

  /// By which source address and to which endpoint; nothing while the path cannot be used.
  std::optional<Route> route(PathId path) const;
  /// Every way there is: the first endpoint by each path, then the second by each path, ...
  std::vector<Route> routes() const;
  /// The path is up and still has the route's source address.
  bool is_usable(const Route& route) const;
  /// This endpoint answered: from now on it comes before the others.
  void prefer(const Endpoint& endpoint);
  std::size_t usable_count() const;
  bool is_gateway(const Endpoint& source) const;

  /// The best usable path, `other_than` only when there is no other.
  std::optional<Route> select(Instant now, std::optional<PathId> other_than = {}) const;
  /// The next usable path in cyclic order after `path`; itself when it is the only one.
  std::optional<Route> next_after(PathId path) const;

 private:
  struct Path {
    PathState state;
    Instant avoid_until{0};
    Duration rtt{};
  };
  std::optional<Route> route(PathId path, const Endpoint& endpoint) const;
  PathId id(std::size_t index) const { return PathId{static_cast<std::uint8_t>(index)}; }

  std::vector<Path> paths_;
  std::vector<Endpoint> endpoints_;
};

}  // namespace jvpn::client
