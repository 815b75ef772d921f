// SPDX-License-Identifier: Apache-2.0
// The fields of each message in wire order, stated once for writing and reading.
//
// `field` is a FieldWriter with a const body or a FieldReader with a mutable one.
#pragma once

#include "session/core/client_policy_layout.h"
#include "session/core/messages.h"
#include "session/core/wire_fields.h"

namespace jvpn {

/// A message's kind is its place among the alternatives of MessageBody, counted from 1.
template <MessageKind kind>
using BodyOf = std::variant_alternative_t<static_cast<std::size_t>(kind) - 1, MessageBody>;

static_assert(std::is_same_v<BodyOf<MessageKind::handshake_confirm>, HandshakeConfirm>);
static_assert(std::is_same_v<BodyOf<MessageKind::handshake_done>, HandshakeDone>);
static_assert(std::is_same_v<BodyOf<MessageKind::reattach_request>, ReattachRequest>);
static_assert(std::is_same_v<BodyOf<MessageKind::reattach_challenge>, ReattachChallenge>);
static_assert(std::is_same_v<BodyOf<MessageKind::reattach_confirm>, ReattachConfirm>);
static_assert(std::is_same_v<BodyOf<MessageKind::reattach_ack>, ReattachAck>);
static_assert(std::is_same_v<BodyOf<MessageKind::reattach_reject>, ReattachReject>);
static_assert(std::is_same_v<BodyOf<MessageKind::unbound_notice>, UnboundNotice>);
static_assert(std::is_same_v<BodyOf<MessageKind::path_challenge>, PathChallenge>);
static_assert(std::is_same_v<BodyOf<MessageKind::path_response>, PathResponse>);
static_assert(std::is_same_v<BodyOf<MessageKind::terminate>, Terminate>);
static_assert(std::is_same_v<BodyOf<MessageKind::path_probe>, PathProbe>);
static_assert(std::is_same_v<BodyOf<MessageKind::rekey_init>, RekeyInit>);
static_assert(std::is_same_v<BodyOf<MessageKind::rekey_ack>, RekeyAck>);
static_assert(std::is_same_v<BodyOf<MessageKind::policy_update>, PolicyUpdate>);
static_assert(std::is_same_v<BodyOf<MessageKind::policy_ack>, PolicyAck>);
static_assert(std::is_same_v<BodyOf<MessageKind::migrate>, Migrate>);
static_assert(std::is_same_v<BodyOf<MessageKind::call>, Call>);

template <class Body>
struct Layout;

template <>
struct Layout<HandshakeConfirm> {
  static void visit(auto&, auto&&) {}
};
template <>
struct Layout<HandshakeDone> {
  static void visit(auto& m, auto&& field) {
    field(m.tag, m.ticket, m.version, m.bound_version, m.observed, m.owner);
  }
};
template <>
struct Layout<PathToken> {
  static void visit(auto& m, auto&& field) { field(m.issued_ms, m.number, m.proof); }
};
template <>
struct Layout<ReattachRequest> {
  static void visit(auto& m, auto&& field) {
    field(m.bound_version, m.key_epoch, m.path, m.cause, m.candidate_count, m.highest_sent,
          m.ephemeral, m.owner_silent);
  }
};
template <>
struct Layout<ReattachConfirm> {
  static void visit(auto& m, auto&& field) {
    Layout<ReattachRequest>::visit(m, field);
    Layout<PathToken>::visit(m.token, field);
  }
};
template <>
struct Layout<ReattachChallenge> {
  static void visit(auto& m, auto&& field) {
    field(m.observed);
    Layout<PathToken>::visit(m.token, field);
    field(m.owner, m.ephemeral);
  }
};
template <>
struct Layout<ReattachAck> {
  static void visit(auto& m, auto&& field) {
    field(m.tag, m.ticket, m.version, m.bound_version, m.observed, m.key_epoch, m.owner);
  }
};
template <>
struct Layout<ReattachReject> {
  static void visit(auto& m, auto&& field) {
    field(m.reason, m.version, m.bound_version, m.retry_after_ms);
  }
};
template <>
struct Layout<UnboundNotice> {
  static void visit(auto& m, auto&& field) {
    field(m.observed);
    Layout<PathToken>::visit(m.token, field);
    field(m.bound_version);
  }
};
template <>
struct Layout<PathProbe> {
  static void visit(auto& m, auto&& field) { field(m.path, m.rtt_us, m.loss_ppm); }
};
template <>
struct Layout<PathChallenge> {
  static void visit(auto& m, auto&& field) {
    field(m.observed);
    Layout<PathToken>::visit(m.token, field);
  }
};
template <>
struct Layout<PathResponse> {
  static void visit(auto& m, auto&& field) {
    field(m.path);
    Layout<PathToken>::visit(m.token, field);
  }
};
template <>
struct Layout<RekeyInit> {
  static void visit(auto& m, auto&& field) { field(m.key_epoch, m.ephemeral); }
};
template <>
struct Layout<RekeyAck> {
  static void visit(auto& m, auto&& field) { field(m.key_epoch, m.ephemeral); }
};
template <>
struct Layout<PolicyUpdate> {
  static void visit(auto& m, auto&& field) {
    field(m.policy_version);
    visit_policy(m.policy, field);
    field(m.tunnel_mtu, m.dns, m.endpoints);
  }
};
template <>
struct Layout<PolicyAck> {
  static void visit(auto& m, auto&& field) { field(m.policy_version); }
};
template <>
struct Layout<Migrate> {
  static void visit(auto& m, auto&& field) { field(m.endpoints); }
};
template <>
struct Layout<Call> {
  static void visit(auto&, auto&&) {}
};
template <>
struct Layout<Terminate> {
  static void visit(auto& m, auto&& field) { field(m.reason, m.version); }
};

}  // namespace jvpn
