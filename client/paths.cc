// SPDX-License-Identifier: Apache-2.0
#include "client/paths.h"

#include <algorithm>

#include "base/ensure.h"

namespace jvpn::client {
namespace {

constexpr std::size_t kMostEndpoints = 32;  // what gateways may tell us of, at most
constexpr Duration kLatencyStep = 20ms;     // less is no difference to a session in need

}  // namespace

Paths::Paths(std::size_t count, std::vector<Endpoint> endpoints)
    : paths_(count), endpoints_(std::move(endpoints)) {
  ensure(count > 0 && count <= 255, "path ids are one byte");
}

bool Paths::update(PathId path, const PathState& state) {
  ensure(path.value < paths_.size(), "the caller names configured paths only");
  PathState& known = paths_[path.value].state;
  const bool changed = known != state;
  known = state;
  return changed;
}

bool Paths::learn(std::span<const Endpoint> endpoints) {
  const std::size_t before = endpoints_.size();
  for (const Endpoint& endpoint : endpoints) {
    const bool sendable = !endpoint.is_unset() && endpoint.port != 0;
    if (sendable && !is_gateway(endpoint) && endpoints_.size() < kMostEndpoints) {
      endpoints_.push_back(endpoint);
    }
  }
  return endpoints_.size() != before;
}

void Paths::note_failed(PathId path, Instant now) {
  avoid(path, paths_[path.value].guard.on_failed(now));
}

void Paths::avoid(PathId path, Instant until) {
  paths_[path.value].avoid_until = std::max(paths_[path.value].avoid_until, until);
}

std::optional<Route> Paths::route(PathId path, const Endpoint& endpoint) const {
  const PathState& state = paths_[path.value].state;
  const IpAddress& source = endpoint.address.is_v4() ? state.v4 : state.v6;
  if (!state.up || source.is_unset()) return std::nullopt;
  return Route{path, source, endpoint};
}

std::optional<Route> Paths::route(PathId path) const {
  for (const Endpoint& endpoint : endpoints_) {
    if (auto found = route(path, endpoint)) return found;
  }
  return std::nullopt;
}

std::vector<Route> Paths::routes(PathId path) const {
  std::vector<Route> all;
  for (const Endpoint& endpoint : endpoints_) {
    if (auto found = route(path, endpoint)) all.push_back(*found);
  }
  return all;
}

std::vector<Route> Paths::routes() const {
  std::vector<Route> all;
  for (const Endpoint& endpoint : endpoints_) {
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (auto found = route(id(i), endpoint)) all.push_back(*found);
    }
  }
  return all;
}

bool Paths::is_usable(const Route& wanted) const {
  return route(wanted.path, wanted.gateway) == wanted;
}

void Paths::prefer(const Endpoint& endpoint) {
  std::stable_partition(endpoints_.begin(), endpoints_.end(),
                        [&](const Endpoint& other) { return other == endpoint; });
}

std::size_t Paths::usable_count() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < paths_.size(); ++i) count += route(id(i)).has_value();
  return count;
}

bool Paths::is_gateway(const Endpoint& source) const {
  return std::find(endpoints_.begin(), endpoints_.end(), source) != endpoints_.end();
}

bool Paths::reaches(const Endpoint& endpoint) const {
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    if (route(id(i), endpoint)) return true;
  }
  return false;
}

Paths::Standing Paths::standing(const Path& path, Instant now) {
  const bool avoided = now < path.avoid_until;
  const Instant until = avoided ? path.avoid_until : Instant{0};
  if (!path.reply) return {avoided, until, kNotAsked, 0, Duration{}};
  const auto lossy = static_cast<int>(path.reply->loss * 10);
  const Duration latency = path.rtt / kLatencyStep * kLatencyStep;
  return {avoided, until, path.reply->answers ? kAnswers : kSilent, lossy, latency};
}

std::optional<Route> Paths::select(Instant now, std::optional<PathId> other_than) const {
  std::optional<Route> best;
  std::optional<Rank> best_rank;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const std::optional<Route> candidate = route(id(i));
    if (!candidate) continue;
    const Rank rank(id(i) == other_than, standing(paths_[i], now));
    if (best_rank && !(rank < *best_rank)) continue;  // equals: the lower path id stays
    best = candidate;
    best_rank = rank;
  }
  return best;
}

std::optional<Route> Paths::next_after(const Route& route) const {
  const std::vector<Route> all = routes();
  if (all.empty()) return std::nullopt;
  const auto found = std::find(all.begin(), all.end(), route);
  return found == all.end() || found + 1 == all.end() ? all.front() : *(found + 1);
}

}  // namespace jvpn::client
