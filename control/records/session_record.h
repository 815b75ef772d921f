// SPDX-License-Identifier: Apache-2.0
// What the ownership store knows of a session: written when it is confirmed, bound, taken over and
// ended; never for a passing change of health, never with a traffic key or a counter in it.
//
// Ages are those at the time of writing, on the clock of the owner then; its `tick` says when that
// was, so that whoever reads its latest renewal can tell how much older the session has become.
#pragma once

#include <optional>
#include <vector>

#include "control/records/record.h"
#include "crypto/sealing.h"
#include "session/core/keys.h"
#include "session/core/state.h"

namespace jvpn {

/// The resume root under the cluster's store key: nonce, ciphertext, tag.
inline constexpr std::size_t kSealedRootSize = kSealNonceSize + 32 + kSealTagSize;
using SealedRoot = Bytes<kSealedRootSize>;

/// Moves of the last minute, oldest first, in milliseconds of age. Of more than this many the
/// oldest are left out.
inline constexpr std::size_t kMaxStoredMoves = 512;
using MoveAges = std::vector<std::uint16_t>;

struct SessionRecord {
  AttemptId attempt;
  SessionId id;
  PeerKey peer{};
  Owner owner;
  State state = State::attached;      ///< ATTACHED, RECOVERING or TERMINATED
  State inherited = State::attached;  ///< RECOVERING: the state that a new owner takes over
  Reason reason = Reason::none;       ///< why it is in that state
  StateVersion version;
  StateVersion bound_version;
  OwnerEpoch reattach_epoch;  ///< in which the client counts
  MessageNumber reattach;     ///< highest decided one
  Tag tag;                    ///< of the owner's slot; zero: none yet
  Tag client_tag;
  Suite suite = Suite::aes_256_gcm;
  SealedRoot resume{};  ///< zeros in a tombstone
  PolicyVersion policy;
  IpAddress inner_v4;
  IpAddress inner_v6;

  Endpoint last_source;            ///< bound now, or bound last
  std::uint8_t last_underlay = 0;  ///< as its owner numbered them then; others may have fewer
  bool last_path_known = false;
  PathId last_path;

  std::uint64_t tick_ms = 0;  ///< the owner's clock; kUnknownTick when another node wrote this
  std::uint64_t age_ms = 0;
  std::uint64_t unbound_ms = 0;  ///< without a binding for that long
  std::uint64_t moved_ms = 0;    ///< since the last jump; all bits: none yet
  std::uint32_t total_switches = 0;
  MoveAges jumps;
  MoveAges rebinds;

  std::vector<std::uint8_t> terminate;  ///< tombstone: a sealed TERMINATE for whoever still asks

  bool operator==(const SessionRecord&) const = default;
};
inline constexpr std::uint64_t kNeverMoved = UINT64_MAX;
inline constexpr std::uint64_t kUnknownTick = UINT64_MAX;

StoreValue write_session_record(const SessionRecord& record);
/// Nothing for any deviation.
std::optional<SessionRecord> read_session_record(const StoreValue& value);

/// The sealed resume root in a session's record; zeros where there is no record.
SealedRoot sealed_root_in(const StoreValue& value);

SealedRoot seal_resume_root(const Key32& resume_root, const Key32& store_key, const SessionId& id,
                            const SealNonce& nonce);
/// Nothing when it was not sealed under this key for this session.
std::optional<Key32> open_resume_root(const SealedRoot& sealed, const Key32& store_key,
                                      const SessionId& id);

}  // namespace jvpn
