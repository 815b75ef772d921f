// SPDX-License-Identifier: Apache-2.0
// Fresh traffic keys within a session, either side asking (docs/PROTOCOL.md, rekey):
//
//   REKEY_INIT{n + 1, X} --->            asked by us: sealed under n + 1 from the ACK on
//              <--- REKEY_ACK{n + 1, Y}
//              <--- REKEY_INIT{n + 1, X} asked by the gateway: opened under both from now on,
//              sealed
//   REKEY_ACK{n + 1, Y} --->             under n + 1 once something opened under it (traffic.h)
//
// One at a time, and none before the former keys are wiped. If both ask, the gateway's wish wins.
// A staged key that nothing opened under stops nobody from asking: the gateway may have given up
// its wish, and ours then replaces it (docs/formal/rekey.pml, STAGED_KEY_BLOCKS).
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "client/session.h"
#include "client/traffic.h"

namespace jvpn::client {

class Rekey {
 public:
  Rekey(Session& session, Traffic& traffic, RandomSource& random)
      : session_(session), traffic_(traffic), random_(random) {}

  /// The datagram to send now, or nothing: our wish, when `wanted` and due, again and again until
  /// it is answered or given up.
  std::optional<std::vector<std::uint8_t>> tick(bool wanted, Instant now);
  Instant next_deadline(bool wanted) const;
  /// We asked in vain; said once.
  bool take_denial() { return std::exchange(denied_, false); }

  /// The answer to the gateway's wish; nothing while it cannot be granted: it will ask again.
  std::optional<std::vector<std::uint8_t>> on_init(const Message& message, const RekeyInit& init);
  /// True: new keys are in use.
  bool on_ack(const Message& message, const RekeyAck& ack);
  /// Another owner serves, with keys of its own: what was under way is void.
  void forget();

 private:
  struct Wish {
    MessageNumber number;
    KeyPair ephemeral;
    std::vector<std::uint8_t> datagram;
    Instant due;
    unsigned sends = 0;
  };
  struct Answer {
    MessageNumber number;  ///< of the INIT
    std::vector<std::uint8_t> datagram;
  };
  KeyEpoch next_epoch() const { return KeyEpoch{traffic_.current().epoch().value + 1}; }
  KeyPair draw();
  std::optional<Key32> root_from(const KeyPair& own, const PublicKey& peer,
                                 const RekeyTranscript& transcript) const;

  Session& session_;
  Traffic& traffic_;
  RandomSource& random_;
  std::optional<Wish> wish_;
  std::optional<Answer> answer_;
  Instant not_before_{0};
  bool denied_ = false;
};

}  // namespace jvpn::client
