// SPDX-License-Identifier: Apache-2.0
// A gateway for one peer, built from the session's own parts and obedient to the test: it answers
// as the protocol says, unless told otherwise.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "crypto/aead.h"
#include "crypto/random.h"
#include "session/core/handshake.h"
#include "session/core/keys.h"
#include "session/core/messages.h"

namespace jvpn::client {

using Datagram = std::vector<std::uint8_t>;
struct Addressed {
  Endpoint to;
  Datagram payload;
};

class ScriptedGateway {
 public:
  explicit ScriptedGateway(std::uint64_t seed);
  ~ScriptedGateway();

  const PublicKey& public_key() const { return key_.public_key; }
  /// What comes back for a datagram that came from `source`.
  std::vector<Addressed> receive(const Datagram& datagram, const Endpoint& source);
  /// Forgets every session; keys stay.
  void restart();

  bool has_session() const { return live_ != nullptr; }
  SessionId session_id() const;
  StateVersion version() const;
  Endpoint bound() const;
  /// An inner packet towards the client, sealed for the bound source.
  Addressed data(ByteView inner);
  Addressed terminate(Reason reason);
  Addressed path_challenge(std::uint64_t nonce);
  /// Any message, to the bound source.
  Addressed say_now(const MessageBody& body);
  /// The gateway's wish for fresh keys; the client's answer changes them here too.
  Addressed rekey();
  void give_up_rekey();
  KeyEpoch key_epoch() const;
  /// Another node takes the session over, in the next owner epoch: its CHALLENGE brings keys.
  void move_to(const Owner& owner);
  const Owner& owner() const;
  /// To `source`, as if the newest packet had come from there.
  Addressed notice(const Endpoint& source);
  /// Heartbeats, ACKs and REJECTs show this owner epoch instead.
  std::optional<OwnerEpoch> shown_epoch;

  /// ACKs name this owner instead.
  std::optional<Owner> claimed_owner;

  AckPayload offer;            ///< session and live_session are filled in
  bool bound_already = false;  ///< who is bound where he asks from gets the ACK of that binding
  std::optional<ReattachReject> next_reject;  ///< answers the next REQUEST or CONFIRM, once
  bool commits_without_challenge = false;
  bool answers_probes = true;
  bool grants_rekeys = true;
  bool demands_cookies = false;
  Duration retry_after{};           ///< in cookies
  std::uint8_t stretch = 1;         ///< in heartbeat replies
  std::optional<PathId> validated;  ///< the candidate that answered last
  std::vector<PathResponse> responses;
  std::vector<Datagram> delivered;                  ///< inner packets, in order
  std::vector<std::pair<Message, Endpoint>> heard;  ///< control messages that opened
  std::size_t inits = 0;

 private:
  struct Live;
  using Answers = std::vector<Addressed>;

  void on_init(const Datagram& datagram, const Endpoint& source, Answers& out);
  void on_confirm(const Datagram& datagram, const Endpoint& source, Answers& out);
  void on_control(const Datagram& datagram, const Endpoint& source, Answers& out);
  void on_data(Datagram datagram, const Endpoint& source, Answers& out);
  void on_reattach(const Message& message, const Reattach& asked, const PathToken* token,
                   const Endpoint& source, Answers& out);
  Addressed say(const Endpoint& to, const MessageBody& body, MessageNumber answers = {});
  void on_other(const Message& message, const Endpoint& source, Answers& out);
  void on_rekey_init(const Message& message, const RekeyInit& init, const Endpoint& source,
                     Answers& out);
  void on_rekey_ack(const RekeyAck& ack);
  void use_keys(KeyEpoch epoch, Key32 root);
  ReattachChallenge challenge(const Message& message, const Endpoint& source);
  Datagram seal_inner(ByteView inner);
  PathToken token(const Endpoint& source, MessageNumber number) const;
  StateVersion shown(StateVersion version) const;

  SeededRandom random_;
  AeadEngine engine_;
  KeyPair key_;
  std::map<Bytes<16>, std::unique_ptr<Live>> births_;
  std::unique_ptr<Live> live_;
};

}  // namespace jvpn::client
