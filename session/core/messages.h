// SPDX-License-Identifier: Apache-2.0
// What stands inside the seal of a control message.
//
//   | owner epoch 32 | class 8 | kind 8 | zero 16 | number 64 | answers 64 | session id 128 | body
//   | 0.. |
//
// `number` rises strictly per direction, owner epoch and class. `answers` is the number of the
// message this one answers, else 0. Bodies are parsed strictly: every byte has a meaning or is a
// zero of padding at the end.
#pragma once

#include <optional>
#include <variant>

#include "base/bytes.h"
#include "crypto/x25519.h"
#include "session/core/address.h"
#include "session/core/client_policy.h"
#include "session/core/ids.h"
#include "session/core/reason.h"
#include "session/core/wire.h"

namespace jvpn {

enum class MessageClass : std::uint8_t { reattach = 1, other = 2 };

enum class MessageKind : std::uint8_t {
  handshake_confirm = 1,
  handshake_done = 2,
  reattach_request = 3,
  reattach_challenge = 4,
  reattach_confirm = 5,
  reattach_ack = 6,
  reattach_reject = 7,
  unbound_notice = 8,
  path_challenge = 9,
  path_response = 10,
  terminate = 11,
  path_probe = 12,
  rekey_init = 13,
  rekey_ack = 14,
  policy_update = 15,
  policy_ack = 16,
  migrate = 17,
  call = 18,
};
MessageClass class_of(MessageKind kind);

/// Proves that an answer came from where the question was sent: a MAC of the gateway over purpose,
/// session, owner epoch, number, source and time of issue. Opaque to the client.
struct PathToken {
  std::uint64_t issued_ms = 0;
  std::uint64_t number = 0;  ///< of the REQUEST or PROBE that is challenged; 0: nobody asked
  Mac proof{};
  bool operator==(const PathToken&) const = default;
};

/// Client -> gateway: the handshake's keys are mine. The birth state travels outside the seal.
struct HandshakeConfirm {
  bool operator==(const HandshakeConfirm&) const = default;
};

/// Gateway -> client: the session exists.
struct HandshakeDone {
  Tag tag;        ///< put it into every header from now on
  Ticket ticket;  ///< goes with every REQUEST and CONFIRM from now on
  StateVersion version;
  StateVersion bound_version;
  Endpoint observed;  ///< the client's source as the gateway sees it
  Owner owner;
  bool operator==(const HandshakeDone&) const = default;
};

/// Client -> gateway: please bind the session to the source that this comes from. A confirm repeats
/// its request and adds the token, so that the gateway keeps no pending state.
struct Reattach {
  StateVersion bound_version;  ///< compare-and-set against the version of the current binding
  KeyEpoch key_epoch;
  PathId path;
  Reason cause = Reason::none;  ///< what the client saw
  std::uint32_t candidate_count = 0;
  std::uint64_t highest_sent = 0;  ///< client's send counter
  PublicKey ephemeral{};           ///< fresh for each jump; a new owner's keys derive from it
  bool owner_silent = false;       ///< the owner that the client knows was asked and did not answer
  bool operator==(const Reattach&) const = default;
};
struct ReattachRequest : Reattach {
  bool operator==(const ReattachRequest&) const = default;
};
struct ReattachConfirm : Reattach {
  PathToken token;
  bool operator==(const ReattachConfirm&) const = default;
};

struct ReattachChallenge {
  Endpoint observed;
  PathToken token;
  Owner owner;            ///< who would serve the session
  PublicKey ephemeral{};  ///< of a new owner; zero where the keys stay
  bool operator==(const ReattachChallenge&) const = default;
};

struct ReattachAck {
  Tag tag;
  Ticket ticket;
  StateVersion version;
  StateVersion bound_version;
  Endpoint observed;
  KeyEpoch key_epoch;
  Owner owner;
  bool operator==(const ReattachAck&) const = default;
};

struct ReattachReject {
  Reason reason = Reason::none;
  StateVersion version;
  StateVersion bound_version;
  std::uint32_t retry_after_ms = 0;
  bool operator==(const ReattachReject&) const = default;
};

/// "Your newest authentic packet came from a source that is not bound."
struct UnboundNotice {
  Endpoint observed;
  PathToken token;
  StateVersion bound_version;
  bool operator==(const UnboundNotice&) const = default;
};

/// Client -> gateway, on a standby path: may I come by here? Answered by a PATH_CHALLENGE.
struct PathProbe {
  PathId path;
  std::uint32_t rtt_us = 0;    ///< as the client measured it there; 0: not yet
  std::uint32_t loss_ppm = 0;  ///< of the probes lately sent there
  bool operator==(const PathProbe&) const = default;
};
/// Gateway -> client: prove that you are there. Answers a PROBE, or asks the bound path when in
/// doubt.
struct PathChallenge {
  Endpoint observed;
  PathToken token;
  bool operator==(const PathChallenge&) const = default;
};
struct PathResponse {
  PathId path;
  PathToken token;
  bool operator==(const PathResponse&) const = default;
};

struct Terminate {
  Reason reason = Reason::none;
  StateVersion version;
  bool operator==(const Terminate&) const = default;
};

/// Fresh traffic keys: the INIT's public key and the ACK's make the next traffic root.
struct Rekey {
  KeyEpoch key_epoch;  ///< the next one
  PublicKey ephemeral{};
  bool operator==(const Rekey&) const = default;
};
struct RekeyInit : Rekey {
  bool operator==(const RekeyInit&) const = default;
};
struct RekeyAck : Rekey {
  bool operator==(const RekeyAck&) const = default;
};

inline constexpr std::size_t kMaxDnsServers = 4;
inline constexpr std::size_t kMaxGatewayEndpoints = 8;
inline constexpr std::size_t kMaxMigrateEndpoints = 4;

/// Gateway -> client: what holds from now on. Repeated until POLICY_ACK. Unset entries at the end
/// of a list are none.
struct PolicyUpdate {
  PolicyVersion policy_version;
  ClientPolicy policy;
  std::uint16_t tunnel_mtu = 0;
  std::array<IpAddress, kMaxDnsServers> dns{};
  std::array<Endpoint, kMaxGatewayEndpoints> endpoints{};  ///< of this gateway
  bool operator==(const PolicyUpdate&) const = default;
};
struct PolicyAck {
  PolicyVersion policy_version;
  bool operator==(const PolicyAck&) const = default;
};

/// Gateway -> client: this node is being drained, go there.
struct Migrate {
  std::array<Endpoint, kMaxMigrateEndpoints> endpoints{};
  bool operator==(const Migrate&) const = default;
};

/// A new owner -> client, on its last path: please send a REQUEST. A hint, nothing more.
struct Call {
  bool operator==(const Call&) const = default;
};

using MessageBody = std::variant<HandshakeConfirm, HandshakeDone, ReattachRequest,
                                 ReattachChallenge, ReattachConfirm, ReattachAck, ReattachReject,
                                 UnboundNotice, PathChallenge, PathResponse, Terminate, PathProbe,
                                 RekeyInit, RekeyAck, PolicyUpdate, PolicyAck, Migrate, Call>;

struct Message {
  OwnerEpoch owner_epoch;
  MessageNumber number;
  MessageNumber answers;
  SessionId session;
  MessageBody body;
  bool operator==(const Message&) const = default;
};
MessageKind kind_of(const MessageBody& body);

inline constexpr std::size_t kMessagePrefixSize = 40;
inline constexpr std::size_t kMaxMessageSize = kMaxControlSize - kControlOverhead;

/// Writes prefix and body, zero-padded to `padded_size` (0: none). Returns the size; `out` must
/// hold kMaxMessageSize. Never fails for messages built by us.
std::size_t write_message(const Message& message, ByteSpan out, std::size_t padded_size = 0);
/// Nothing for an unknown kind, a class that does not fit, nonzero reserved bytes, or any other
/// deviation.
std::optional<Message> read_message(ByteView plain);

}  // namespace jvpn
