// SPDX-License-Identifier: Apache-2.0
#include "session/core/meter.h"

#include "session/core/policy.h"

namespace jvpn {
namespace {

constexpr double kPerSecond = 16e9;
/// More than a float is rounded by: a burst of exactly the configured bytes passes whole.
constexpr double kRoundUp = 1 + 1e-6;

MeterBucket bucket_of(std::uint64_t rate_bps, std::uint32_t burst_bytes) {
  // A committed rate of zero: no burst either, everything is beyond it.
  if (rate_bps == 0) return {1.0f, 0.0f};
  const double cost = 8 * kPerSecond / static_cast<double>(rate_bps);
  return {static_cast<float>(cost), static_cast<float>(cost * burst_bytes * kRoundUp)};
}

}  // namespace

MeterProfile profile_of(const MeterPolicy& policy) {
  if (policy.peak_bps == 0) return {};
  return {bucket_of(policy.committed_bps, policy.committed_burst_bytes),
          bucket_of(policy.peak_bps, policy.peak_burst_bytes)};
}

}  // namespace jvpn
