// SPDX-License-Identifier: Apache-2.0
// Fresh traffic keys for a live session, either side asking (docs/PROTOCOL.md, "Rekey"):
//
//            INIT sent                    ACK
//   idle ------------------> asked ------------------> staged      we asked: seal under n + 1 now
//    | ^                       |  given up, retried later
//    | +-----------------------+
//    |  INIT came, answered by ACK
//    +-----------------------------------------------> staged      the client asked: seal under
//                                                        |         n + 1 once it was opened
//   idle <---- retired <----------- opened <-------------+
//      worker moved    max(drain, 2 RTT, 1 s)   first opened under n + 1
//
// One at a time, none before the old keys are gone. If both ask, the gateway's INIT wins. The only
// copy of a session's traffic root in this process is here; it is wiped when the session closes.
#pragma once

#include <vector>

#include "base/boxed.h"
#include "base/optional_instant.h"
#include "control/core.h"
#include "session/core/messages.h"

namespace jvpn {

enum class RekeyStage : std::uint8_t { idle, asked, staged, opened, retired };
enum class RekeyCause : std::uint8_t { none, operator_, failed_opens, blocks, time, client };

/// Our INIT on its way, sent again as it is until it is answered.
struct RekeyWish {
  MessageNumber number;
  KeyPair own;
  std::vector<std::uint8_t> datagram;
  std::uint32_t sends = 0;
};
/// The client's INIT and what it was answered.
struct RekeyAnswer {
  MessageNumber number;
  std::vector<std::uint8_t> datagram;
};

struct SessionKeyState {
  Key32 traffic_root;  ///< of the session's key epoch
  RekeyStage stage = RekeyStage::idle;
  RekeyCause cause = RekeyCause::none;
  bool denial_told = false;  ///< for the rekey that is wanted now
  bool expiry_told = false;
  bool operator_wants = false;
  KeyEpoch next;           ///< while not idle
  Boxed<Key32> next_root;  ///< staged at the client's wish and not yet opened
  Boxed<RekeyWish> wish;
  Boxed<RekeyAnswer> answer;
  Instant due = Instant::never();  ///< of the next INIT, or of retiring

  Duration flowing{};  ///< how long data has flown under the present keys
  std::uint64_t bytes = 0;
  Instant sampled_at{0};
  OptionalInstant flowed_at;  ///< when the counts last showed new data
  Instant not_before{0};      ///< no wish until then
};

struct Session;
struct Step;

/// A sample of the worker's lines: counts, goes on with a rekey under way, asks for one when it is
/// time, ends a session whose keys are worn out.
void watch_keys(const Step& step, Session& session, const HealthReport& report);

/// Numbers are judged here: the same INIT gets the same ACK.
void on_rekey_init(const Step& step, Session& session, const Message& message, const Arrival& from);
/// Fresh.
void on_rekey_ack(const Step& step, Session& session, const Message& message);

/// Sends INIT again, or retires the old keys, when that is due.
void run_rekey(const Step& step, Session& session);

/// Whether a REQUEST may bear this key epoch: the present one; while a rekey is on its way, also
/// the one that the client may be ahead or behind by.
bool accepts_key_epoch(const Session& session, KeyEpoch epoch);

/// Wipes what is known of the session's traffic keys.
void forget_keys(Session& session);

}  // namespace jvpn
