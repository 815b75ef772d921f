// SPDX-License-Identifier: Apache-2.0
// The fields of each message in wire order, stated once for writing and reading.
//
// `field` is a FieldWriter with a const body or a FieldReader with a mutable one.
#pragma once

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

template <class Body>
struct Layout;

template <>
struct Layout<HandshakeConfirm> {
  static void visit(auto&, auto&&) {}
};
template <>
struct Layout<HandshakeDone> {
  static void visit(auto& m, auto&& field) { field(m.tag, m.version, m.bound_version, m.observed); }
};
template <>
struct Layout<PathToken> {
  static void visit(auto& m, auto&& field) { field(m.issued_ms, m.number, m.proof); }
};
template <>
struct Layout<ReattachRequest> {
  static void visit(auto& m, auto&& field) {
    field(m.bound_version, m.key_epoch, m.path, m.cause, m.candidate_count, m.highest_sent);
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
  }
};
template <>
struct Layout<ReattachAck> {
  static void visit(auto& m, auto&& field) {
    field(m.tag, m.version, m.bound_version, m.observed, m.key_epoch);
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
struct Layout<PathChallenge> {
  static void visit(auto& m, auto&& field) { field(m.nonce); }
};
template <>
struct Layout<PathResponse> {
  static void visit(auto& m, auto&& field) { field(m.nonce); }
};
template <>
struct Layout<Terminate> {
  static void visit(auto& m, auto&& field) { field(m.reason, m.version); }
};

}  // namespace jvpn
