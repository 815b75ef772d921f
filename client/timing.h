// SPDX-License-Identifier: Apache-2.0
// Every timer of the client that policy does not set.
#pragma once

#include <algorithm>
#include <limits>

#include "base/time.h"
#include "crypto/kdf.h"
#include "session/core/tag.h"

namespace jvpn::client {

inline constexpr Duration kInitFirstWait = 250ms;  ///< after the first INIT; doubles
inline constexpr Duration kInitLongestWait = 5s;
inline constexpr Duration kConfirmFirstWait = 250ms;  ///< after the first CONFIRM; doubles
inline constexpr Duration kConfirmLongestWait = 2s;
inline constexpr unsigned kConfirmSends = 7;         ///< then the handshake begins anew
inline constexpr Duration kRequestFirstWait = 50ms;  ///< after the first REQUEST; doubles
inline constexpr Duration kRequestLongestWait = 1s;
inline constexpr unsigned kReattachConfirmSends = 3;  ///< then a new REQUEST
inline constexpr unsigned kPlannedRequestSends = 5;   ///< then the living path is kept
inline constexpr Duration kHintSpacing = 2ms;         ///< between sends that route changes cause
inline constexpr Duration kStaleRetryWait = 20ms;     ///< after stale_state_version; doubles
inline constexpr Duration kQuestionAfter = 1s;        ///< REQUESTs unanswered: ask by INIT
inline constexpr Duration kProbePatience = 1s;        ///< for the answer to a PROBE, at least
inline constexpr Duration kProbeSlack = 50ms;         ///< so that the next one proves stability
inline constexpr Duration kLongestProbePause = 30s;   ///< between PROBEs by a silent path
inline constexpr unsigned kProbesPerEndpoint = 3;     ///< unanswered: the path's next endpoint
inline constexpr Duration kRekeyFirstWait = 250ms;    ///< after the first REKEY_INIT; doubles
inline constexpr Duration kRekeyLongestWait = 2s;
inline constexpr unsigned kRekeySends = 7;        ///< then the gateway is taken to say no
inline constexpr Duration kRekeyRetry = 10s;      ///< after that
inline constexpr Duration kLeastKeyOverlap = 1s;  ///< former keys still open for
inline constexpr Duration kCallSpacing = 1s;      ///< between REQUESTs that CALLs cause
inline constexpr Duration kGapTolerance = 1s;     ///< later than that we did not run at all
inline constexpr unsigned kOwnerSilentSends = 3;  ///< REQUESTs unanswered by the owner's endpoint
inline constexpr Duration kDegradedRetry = 1s;    ///< DEGRADED without binding: try again
inline constexpr Duration kAvoidPath = 5s;        ///< a path that died silently or was lossy
inline constexpr Duration kUnwelcomeWait = 5s;    ///< new session after being sent away
inline constexpr Duration kHoldOutage = 2s;       ///< packets wait in the tunnel's queue, then drop
inline constexpr Duration kTerminateWait = 100ms;   ///< between TERMINATEs at the end
inline constexpr Duration kTerminateLimit = 300ms;  ///< for the gateway's answer

/// `first` doubled `step` times, at most `longest`.
inline Duration backed_off(Duration first, unsigned step, Duration longest) {
  Duration wait = first;
  for (; step > 0 && wait < longest; --step) wait *= 2;
  return std::min(wait, longest);
}

/// Up to an eighth of `wait`, the same for the same name and step: clients that lost the same
/// gateway do not come back in one moment, yet no decision is random.
inline Duration jitter(Tag name, unsigned step, Duration wait) {
  Bytes<8> input{};
  std::ranges::copy(name.to_wire(), input.begin());
  input[7] = static_cast<std::uint8_t>(step);
  return wait / 8 * hash(input)[0] / std::numeric_limits<std::uint8_t>::max();
}

}  // namespace jvpn::client
