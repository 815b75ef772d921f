// SPDX-License-Identifier: Apache-2.0
#include "client/selection.h"

#include <tuple>

namespace jvpn::client {
namespace {

enum class Verdict : std::uint8_t { better, equal, worse };

/// Smaller is better; a difference counts beyond the factor and the noise.
Verdict compare(double candidate, double current, double factor, double noise) {
  if (current > candidate * factor + noise) return Verdict::better;
  return candidate > current * factor + noise ? Verdict::worse : Verdict::equal;
}

double ms_of(Duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

bool is_worth_it(const PathQuality& candidate, const PathQuality& current,
                 const SelectionRules& rules) {
  const double factor = rules.improvement_factor;
  const Verdict loss = compare(candidate.loss, current.loss, factor, kLossNoise);
  if (loss != Verdict::equal) return loss == Verdict::better;
  const Verdict latency =
      compare(ms_of(candidate.rtt), ms_of(current.rtt), factor, ms_of(kLatencyNoise));
  if (latency != Verdict::equal) return latency == Verdict::better;
  if (candidate.stable != current.stable) return candidate.stable;
  return candidate.path < current.path;
}

/// A total order, in steps of the noise, so that the first of many does not hang on their order.
auto rank(const PathQuality& quality) {
  return std::tuple(static_cast<int>(quality.loss / kLossNoise), quality.rtt / kLatencyNoise,
                    quality.path);
}

}  // namespace

std::optional<PathId> choose_better(const PathQuality& current,
                                    std::span<const PathQuality> candidates,
                                    const SelectionRules& rules) {
  const PathQuality* best = nullptr;
  for (const PathQuality& candidate : candidates) {
    if (!candidate.stable || candidate.loss > rules.loss_threshold) continue;
    if (!is_worth_it(candidate, current, rules)) continue;
    if (best == nullptr || rank(candidate) < rank(*best)) best = &candidate;
  }
  return best != nullptr ? std::optional(best->path) : std::nullopt;
}

}  // namespace jvpn::client
