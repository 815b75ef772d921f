// SPDX-License-Identifier: Apache-2.0
#include "tests/control/client_fixture.h"

#include <gtest/gtest.h>

#include "session/core/control_datagram.h"

namespace jvpn::test {
namespace {

ByteView prologue() {
  return {reinterpret_cast<const std::uint8_t*>(kPrologue.data()), kPrologue.size()};
}

}  // namespace

FakeClient::FakeClient(FakeGateway& g, std::size_t peer, std::uint64_t seed)
    : gateway(g), key(peer_key(peer)), random(seed), psk(g.setup.psk.clone()) {}

Datagram FakeClient::init() {
  InitPayload payload;
  payload.suites = offers;
  payload.client_tag = client_tag;
  payload.psk_id = psk_id_of(psk);
  payload.current_session = current;
  payload.wanted_heartbeat = wanted_heartbeat;
  Bytes<kInitPayloadSize> plain{};
  EXPECT_TRUE(write_init_payload(payload, plain));
  Bytes<32> ephemeral = random.draw<32>();
  noise_.emplace(key, gateway.key.public_key, Key32::take(ephemeral), prologue());
  Datagram message(plain.size() + kNoiseMessage1Overhead);
  EXPECT_TRUE(noise_->write_message1(plain, message));
  return write_init(Tag(0xA77E), message, gateway.key.public_key);
}

bool FakeClient::read_ack(ByteView datagram) {
  const auto frame = jvpn::read_ack(datagram);
  if (!frame || !noise_) return false;
  Datagram payload(frame->noise.size() - kNoiseMessage2Overhead);
  auto result = noise_->read_message2(frame->noise, psk, payload);
  if (!result) return false;
  ack = read_ack_payload(payload);
  roots = derive_roots(*result);
  birth_state.assign(frame->birth_state.begin(), frame->birth_state.end());
  number = 0;
  return ack.has_value();
}

Datagram FakeClient::confirm() {
  Message message{OwnerEpoch{}, MessageNumber{++number}, {}, ack->session, HandshakeConfirm{}};
  Bytes<kMaxMessageSize> plain;
  const std::size_t size = write_message(message, plain);
  return write_confirm(ByteView(plain).first(size), birth_state,
                       derive_control_key(roots.resume, Direction::client_to_gateway),
                       random.draw<kSealNonceSize>());
}

bool FakeClient::begin() {
  gateway.sent.clear();
  gateway.handshake(init(), source);
  return !gateway.sent.empty() && read_ack(gateway.sent.back().payload);
}

bool FakeClient::connect() {
  if (!begin()) return false;
  gateway.handshake(confirm(), source);
  const auto done = last<HandshakeDone>(source);
  if (!done) return false;
  tag = done->tag;
  bound_version = done->bound_version;
  current = ack->session;
  return true;
}

Datagram FakeClient::seal(MessageBody body, MessageNumber answers, std::size_t size) {
  const Message message{OwnerEpoch{1}, MessageNumber{++number}, answers, ack->session,
                        std::move(body)};
  return seal_datagram(message, {.receiver = tag, .size = size},
                       derive_control_key(roots.resume, Direction::client_to_gateway),
                       random.draw<kSealNonceSize>());
}

Datagram FakeClient::seal_as(std::uint64_t as, MessageBody body, std::size_t size) {
  const std::uint64_t next = number;
  number = as - 1;
  Datagram datagram = seal(std::move(body), {}, size);
  number = next;
  return datagram;
}

std::optional<Message> FakeClient::open(ByteView datagram) const {
  if (Tag::from_wire(load<WirePrefix>(datagram.data()).tag) != client_tag) return std::nullopt;
  const Key32 opener = derive_control_key(roots.resume, Direction::gateway_to_client);
  Datagram plain(datagram.size());
  const std::size_t size = open_datagram(datagram, opener.view(), plain);
  if (size == 0) return std::nullopt;
  return read_message(ByteView(plain).first(size));
}

Reattach FakeClient::fields(std::uint8_t path, Reason cause) const {
  Reattach fields;
  fields.bound_version = bound_version;
  fields.path = PathId{path};
  fields.cause = cause;
  fields.candidate_count = 2;
  return fields;
}

Datagram FakeClient::request(std::uint8_t path, Reason cause) {
  return seal(ReattachRequest{fields(path, cause)});
}

Datagram FakeClient::answer(const Endpoint& to, std::uint8_t path, Reason cause) {
  const auto challenge = last<ReattachChallenge>(to);
  EXPECT_TRUE(challenge.has_value());
  return seal(ReattachConfirm{fields(path, cause), challenge.value_or(ReattachChallenge{}).token});
}

Datagram FakeClient::answer_notice(const Endpoint& to, std::uint8_t path) {
  const auto notice = last<UnboundNotice>(to);
  EXPECT_TRUE(notice.has_value());
  return seal(ReattachConfirm{fields(path, Reason::nat_rebind_detected),
                              notice.value_or(UnboundNotice{}).token});
}

void FakeClient::jump(const Endpoint& to, std::uint8_t path, Reason cause) {
  gateway.sent.clear();
  gateway.control(request(path, cause), to);
  if (!last<ReattachChallenge>(to)) return;
  gateway.control(answer(to, path, cause), to);
}

bool FakeClient::learn_ack(const Endpoint& to) {
  const auto answered = last<ReattachAck>(to);
  if (!answered) return false;
  bound_version = answered->bound_version;
  return true;
}

}  // namespace jvpn::test
