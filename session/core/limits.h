// SPDX-License-Identifier: Apache-2.0
// Every fixed bound of the product. Policy can be tighter (policy.h), never looser.
#pragma once

#include "base/time.h"
#include "session/core/tag.h"

namespace jvpn {

inline constexpr std::uint32_t kMaxWorkers = 64;         ///< 6 bits of the tag
inline constexpr std::uint32_t kMaxReplayWindow = 8192;  ///< packets
inline constexpr std::uint32_t kMinReplayWindow = 64;
inline constexpr std::size_t kBurst = 32;             ///< packets a worker takes at once
inline constexpr std::uint16_t kMinTunnelMtu = 1280;  ///< RFC 8200, section 5
inline constexpr std::uint16_t kMaxTunnelMtu = 8900;
inline constexpr Duration kTokenMaxAge = 5s;            ///< I10
inline constexpr Duration kCandidateMaxAge = 10s;       ///< I10
inline constexpr std::uint32_t kMaxCandidates = 16;     ///< standby paths of one session
inline constexpr std::uint32_t kMaxHoldPackets = 1024;  ///< of one session
inline constexpr std::int64_t kMaxHoldMs = 60'000;
inline constexpr Duration kNoticeInterval = 10ms;          ///< UNBOUND_NOTICE, per session
inline constexpr Duration kUnboundPuntInterval = 1ms;      ///< worker to control, per session
inline constexpr Duration kHeartbeatReplyInterval = 10ms;  ///< answers to heartbeats
inline constexpr Duration kSwitchAccountingWindow = std::chrono::minutes(1);
inline constexpr Duration kTombstoneAnswerInterval = 1s;
inline constexpr std::uint64_t kGcmCounterLimit = std::uint64_t{1} << 36;  ///< seals under one key

/// Blocks of 16 bytes, additional data and length block included, that one AES-GCM key may see.
inline constexpr std::uint64_t kBlocksPerKey = std::uint64_t{1} << 36;
/// Failed opens under one key: at the first a rekey is forced, at the second it opens no more.
inline constexpr std::uint64_t kChachaFailedOpensRekey = std::uint64_t{1} << 35;
inline constexpr std::uint64_t kChachaFailedOpensLimit = std::uint64_t{1} << 36;
inline constexpr std::uint64_t kGcmFailedOpensRekey = std::uint64_t{1} << 51;
inline constexpr std::uint64_t kGcmFailedOpensLimit = std::uint64_t{1} << 52;

static_assert(kMaxWorkers == 64, "the tag has 6 bits for the worker");

}  // namespace jvpn
