// SPDX-License-Identifier: Apache-2.0
#include "client/session.h"

#include <algorithm>

#include "session/core/control_datagram.h"

namespace jvpn::client {
namespace {

std::size_t class_index(MessageKind kind) {
  return class_of(kind) == MessageClass::reattach ? 0 : 1;
}

}  // namespace

Session::Session(const SessionId& id, Tag client_tag, const Key32& resume_root)
    : id_(id),
      client_tag_(client_tag),
      control_out_(derive_control_key(resume_root, Direction::client_to_gateway)),
      control_in_(derive_control_key(resume_root, Direction::gateway_to_client)),
      resume_root_(resume_root.clone()) {}

std::uint64_t& Session::last_sent(MessageKind kind) {
  return last_sent_[class_index(kind)];
}

SealedMessage Session::seal(const MessageBody& body, MessageNumber answers, std::size_t size,
                            RandomSource& random) {
  const MessageNumber number{++last_sent(kind_of(body))};
  const Message message{version_.owner_epoch, number, answers, id_, body};
  const bool asks = std::holds_alternative<ReattachRequest>(body) ||
                    std::holds_alternative<ReattachConfirm>(body);
  const Envelope envelope{gateway_tag_, asks ? &ticket_ : nullptr, size};
  return {number, seal_datagram(message, envelope, control_out_, random.draw<kSealNonceSize>())};
}

SealedMessage Session::seal_handshake_confirm(ByteView birth_state, RandomSource& random) {
  const MessageNumber number{++last_sent(MessageKind::handshake_confirm)};
  Bytes<kMaxMessageSize> plain;
  const std::size_t size =
      write_message(Message{OwnerEpoch{}, number, {}, id_, HandshakeConfirm{}}, plain);
  return {number, write_confirm(ByteView(plain).first(size), birth_state, control_out_,
                                random.draw<kSealNonceSize>())};
}

std::optional<Message> Session::open(ByteView datagram) const {
  if (datagram.size() < sizeof(WirePrefix) || datagram.size() > kMaxControlSize) {
    return std::nullopt;
  }
  if (Tag::from_wire(load<WirePrefix>(datagram.data()).tag) != client_tag_) return std::nullopt;
  Bytes<kMaxControlSize> plain;
  const std::size_t size = open_datagram(datagram, control_in_.view(), plain);
  if (size == 0) return std::nullopt;
  std::optional<Message> message = read_message(ByteView(plain).first(size));
  if (!message || message->session != id_) return std::nullopt;
  return message;
}

bool Session::is_news(const Message& message) {
  if (message.owner_epoch != version_.owner_epoch) return false;
  if (class_of(kind_of(message.body)) == MessageClass::other) {
    return others_seen_.take(message.number.value);
  }
  if (message.number.value <= last_reattach_seen_) return false;
  last_reattach_seen_ = message.number.value;
  return true;
}

bool Session::learn_version(StateVersion version) {
  if (version.owner_epoch < version_.owner_epoch) return false;
  if (version.owner_epoch == version_.owner_epoch) version_ = std::max(version_, version);
  return true;
}

bool Session::learn_binding(StateVersion version, StateVersion bound_version) {
  if (!learn_version(version)) return false;
  bound_version_ = std::max(bound_version_, bound_version);
  return true;
}

Session::Standing Session::standing_of(const Owner& owner, OwnerEpoch epoch) const {
  if (epoch < version_.owner_epoch) return Standing::rolled_back;
  if (epoch > version_.owner_epoch) return Standing::newer;
  return owner == owner_ ? Standing::known : Standing::conflicting;
}

}  // namespace jvpn::client
