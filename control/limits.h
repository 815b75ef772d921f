// SPDX-License-Identifier: Apache-2.0
// Bounds of the control thread's own memory and work. What a session may do is policy
// (session/core/policy.h); what the protocol fixes is in session/core/limits.h.
#pragma once

#include "session/core/rate_bucket.h"

namespace jvpn {

/// A limit of the policy: so many a second, and one second's worth at once.
constexpr Rate per_second(std::uint64_t limit) {
  const auto bounded = static_cast<std::uint32_t>(std::min<std::uint64_t>(limit, 1'000'000'000));
  return {Duration(1s) / bounded, bounded};
}

// ---- strangers: what the policy's limits do not say --------------------------------------------
inline constexpr std::size_t kPrefixBuckets = 16'384;   ///< 8 B each; strangers may share one
inline constexpr std::uint32_t kSourcesPerNetwork = 5;  ///< a network may do what so many hosts may
inline constexpr std::uint32_t kConfirmsPerBirth = 10;  ///< a CONFIRM costs no curves
inline constexpr std::uint32_t kBirthShare = 4;  ///< under load births get one part in so many
inline constexpr Duration kLoadedLag = 20ms;     ///< later than this: under load
inline constexpr Duration kCalmLag = 10ms;       ///< below it for kCalmTime: no more
inline constexpr Duration kCalmTime = 1s;
inline constexpr Duration kCookieLife = 120s;
inline constexpr Rate kCookieReplies{50us, 2000};  ///< each costs one MAC and one sealing
inline constexpr Duration kRateReportInterval = 10s;

// ---- one session -------------------------------------------------------------------------------
inline constexpr Rate kRepeatAnswers{20ms, 20};               ///< to numbers that were seen before
inline constexpr std::uint32_t kMaxChallengesPerConfirm = 3;  ///< to sources it was not made for
inline constexpr Duration kCreditLife = 1s;                   ///< of what an unbound source sent
inline constexpr Duration kChallengeQuiet = 200ms;            ///< no notice to a challenged source
inline constexpr Duration kPathCheckLife = 1s;                ///< of one PATH_CHALLENGE's nonce
inline constexpr Duration kBarTime = 10s;                     ///< of a source that won a race
inline constexpr Duration kAnswerLife = 60s;                  ///< of what is kept to be repeated
inline constexpr std::uint32_t kMaxRevertsPerMin = 3;
inline constexpr std::uint32_t kMaxSupersedesPerMin = 3;  ///< per peer
inline constexpr Duration kReplayReportInterval = 10s;    ///< aggregated security events
inline constexpr Duration kTerminateRetry = 1s;           ///< after a failed commit
inline constexpr std::uint64_t kMinLossSamples = 20;      ///< packets, before loss is judged
inline constexpr std::size_t kMinLatencySamples = 8;      ///< round trips, before their p95 is
inline constexpr std::size_t kMaxLatencySamples = 32;     ///< the latest ones; 4 B each
inline constexpr Duration kConflictRetryAfter = 100ms;    ///< told with a REJECT
inline constexpr Duration kRateRetryAfter = 200ms;  ///< likewise, beyond the rate of reattaches

// ---- the ownership store -----------------------------------------------------------------------
inline constexpr Duration kStoreFirstRetry = 50ms;        ///< doubles with each attempt,
inline constexpr std::uint32_t kStoreRetryDoublings = 5;  ///< at most that often: 1.6 s

// ---- rekeys ------------------------------------------------------------------------------------
inline constexpr Duration kRekeyFirstWait = 250ms;  ///< for the answer to INIT, doubling
inline constexpr Duration kRekeyLongestWait = 2s;
inline constexpr std::uint32_t kRekeySends = 7;
inline constexpr Duration kRekeyRetry = 10s;    ///< after INIT was never answered
inline constexpr Duration kRekeyDeferral = 1s;  ///< after a limit said no
inline constexpr Duration kRekeyOverlap = 1s;   ///< the old key opens at least this long

// ---- owners ------------------------------------------------------------------------------------
inline constexpr std::size_t kMaxLoading = 256;  ///< sessions taken back at a time
inline constexpr std::uint32_t kMaxCalls = 3;    ///< per session and owner epoch
inline constexpr Duration kCallInterval = 1s;
inline constexpr Duration kTakeoverLife = 20s;       ///< of an entry that nobody asks for any more
inline constexpr Duration kWatchLife = 30s;          ///< of a node that nobody asks about any more
inline constexpr Duration kRecordFresh = 200ms;      ///< a stored record is read again after that
inline constexpr Duration kFenceRetryAfter = 100ms;  ///< told while a node is being fenced
inline constexpr Duration kLongestDeferral = 5s;     ///< a hint: the client may ask again earlier
inline constexpr Duration kHandOverGrace = 100ms;    ///< the last checked burst has left by then
inline constexpr Duration kHandOverCooldown = 10s;   ///< of one session
inline constexpr Duration kReclaimSpread = 1s;      ///< nodes that were fenced come back one by one
inline constexpr std::uint32_t kMaxMigrations = 5;  ///< to each session, about a second apart

// ---- policy changes ----------------------------------------------------------------------------
inline constexpr Duration kPolicyFirstWait = 250ms;  ///< for POLICY_ACK, doubling
inline constexpr Duration kPolicyLongestWait = 5s;
inline constexpr Duration kWalkInterval = 200us;  ///< from one session to the next
inline constexpr std::size_t kWalkStep = 256;     ///< sessions at one tick
inline constexpr Duration kStretchInterval = 1s;  ///< of measuring the heartbeats' load
inline constexpr Duration kShortestHeartbeat = 100ms;

}  // namespace jvpn
