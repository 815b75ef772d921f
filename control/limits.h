// SPDX-License-Identifier: Apache-2.0
// Bounds of the control thread's own memory and work. What a session may do is policy
// (session/core/policy.h); what the protocol fixes is in session/core/limits.h.
#pragma once

#include "session/core/rate_bucket.h"

namespace jvpn {

/// A limit of the policy: so many a second, and one second's worth at once.
constexpr Rate per_second(std::uint32_t limit) {
  return {Duration(1s) / limit, limit};
}

// ---- handshakes: unauthenticated, each INIT costs four X25519 ----------------------------------
inline constexpr Rate kHandshakesPerHost{5ms, 400};      ///< IPv4 /32, IPv6 /64
inline constexpr Rate kHandshakesPerNetwork{1ms, 2000};  ///< IPv4 /24, IPv6 /48
inline constexpr Rate kHandshakesTotal{500us, 4000};
inline constexpr std::size_t kHandshakeBuckets = 16'384;  ///< 8 B each; strangers may share one

// ---- one session -------------------------------------------------------------------------------
inline constexpr Rate kRepeatAnswers{20ms, 20};               ///< to numbers that were seen before
inline constexpr std::uint32_t kMaxChallengesPerConfirm = 3;  ///< to sources it was not made for
inline constexpr Duration kCreditLife = 1s;                   ///< of what an unbound source sent
inline constexpr Duration kChallengeQuiet = 200ms;            ///< no notice to a challenged source
inline constexpr Duration kPathCheckLife = 1s;                ///< of one PATH_CHALLENGE's nonce
inline constexpr Duration kBarTime = 10s;                     ///< of a source that won a race
inline constexpr std::uint32_t kMaxRevertsPerMin = 3;
inline constexpr std::uint32_t kMaxSupersedesPerMin = 3;  ///< per peer
inline constexpr Duration kReplayReportInterval = 10s;    ///< aggregated security events
inline constexpr Duration kTerminateRetry = 1s;           ///< after a failed commit
inline constexpr std::uint64_t kMinLossSamples = 20;      ///< packets, before loss is judged
inline constexpr Duration kConflictRetryAfter = 100ms;    ///< told with a REJECT

// ---- the ownership store -----------------------------------------------------------------------
inline constexpr Duration kStoreFirstRetry = 50ms;        ///< doubles with each attempt,
inline constexpr std::uint32_t kStoreRetryDoublings = 5;  ///< at most that often: 1.6 s

// ---- all sessions ------------------------------------------------------------------------------
inline constexpr std::size_t kMaxTombstones = 65'536;  ///< beyond it the oldest goes

}  // namespace jvpn
