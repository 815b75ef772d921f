// SPDX-License-Identifier: Apache-2.0
#include "session/core/messages.h"

#include "base/ensure.h"
#include "session/core/message_layout.h"

namespace jvpn {
namespace {

template <std::size_t I>
bool read_alternative(FieldReader& in, MessageBody& out) {
  using Body = std::variant_alternative_t<I, MessageBody>;
  Layout<Body>::visit(out.emplace<I>(), in);
  return in.cursor().ok();
}

template <std::size_t... I>
bool read_body(std::uint8_t kind, FieldReader& in, MessageBody& out, std::index_sequence<I...>) {
  return ((kind == I + 1 && read_alternative<I>(in, out)) || ...);
}

}  // namespace

MessageClass class_of(MessageKind kind) {
  switch (kind) {
    case MessageKind::reattach_request:
    case MessageKind::reattach_challenge:
    case MessageKind::reattach_confirm:
    case MessageKind::reattach_ack:
    case MessageKind::reattach_reject:
    case MessageKind::unbound_notice:
      return MessageClass::reattach;
    case MessageKind::handshake_confirm:
    case MessageKind::handshake_done:
    case MessageKind::path_challenge:
    case MessageKind::path_response:
    case MessageKind::terminate:
    case MessageKind::path_probe:
    case MessageKind::rekey_init:
    case MessageKind::rekey_ack:
    case MessageKind::policy_update:
    case MessageKind::policy_ack:
    case MessageKind::migrate:
    case MessageKind::call:
      break;
  }
  return MessageClass::other;
}

MessageKind kind_of(const MessageBody& body) {
  return static_cast<MessageKind>(body.index() + 1);
}

std::size_t write_message(const Message& message, ByteSpan out, std::size_t padded_size) {
  const MessageKind kind = kind_of(message.body);
  FieldWriter field(out);
  field(message.owner_epoch, static_cast<std::uint8_t>(class_of(kind)),
        static_cast<std::uint8_t>(kind), std::uint16_t{0}, message.number, message.answers,
        message.session);
  std::visit([&]<class Body>(const Body& body) { Layout<Body>::visit(body, field); }, message.body);
  field.cursor().pad_to(padded_size);
  ensure(field.cursor().ok(), "every message fits into kMaxMessageSize");
  return field.cursor().size();
}

std::optional<Message> read_message(ByteView plain) {
  Message message;
  std::uint8_t message_class = 0;
  std::uint8_t kind = 0;
  std::uint16_t reserved = 0;
  FieldReader field(plain);
  field(message.owner_epoch, message_class, kind, reserved, message.number, message.answers,
        message.session);
  constexpr auto kAll = std::make_index_sequence<std::variant_size_v<MessageBody>>();
  if (!field.cursor().ok() || reserved != 0) return std::nullopt;
  if (!read_body(kind, field, message.body, kAll)) return std::nullopt;
  if (message_class != static_cast<std::uint8_t>(class_of(kind_of(message.body)))) {
    return std::nullopt;
  }
  if (!field.cursor().only_padding_left()) return std::nullopt;
  return message;
}

}  // namespace jvpn
