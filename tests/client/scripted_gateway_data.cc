// SPDX-License-Identifier: Apache-2.0
// Its keys and its data.
#include "session/core/heartbeat.h"
#include "tests/client/scripted_gateway_live.h"

namespace jvpn::client {

void ScriptedGateway::use_keys(KeyEpoch epoch, Key32 root) {
  const TrafficKey up = derive_traffic_key(root, epoch, Direction::client_to_gateway);
  const TrafficKey down = derive_traffic_key(root, epoch, Direction::gateway_to_client);
  engine_.expand(live_->suite, up.key, up.iv, live_->open[epoch.value & 0xf]);
  engine_.expand(live_->suite, down.key, down.iv, live_->seal);
  live_->key_epoch = epoch;
  live_->traffic = std::move(root);
  live_->counter = 0;
}

Addressed ScriptedGateway::rekey() {
  live_->rekeying = draw_pair(random_);
  return say(live_->bound,
             RekeyInit{{KeyEpoch{live_->key_epoch.value + 1}, live_->rekeying->public_key}});
}

void ScriptedGateway::give_up_rekey() {
  live_->rekeying.reset();
}

void ScriptedGateway::on_rekey_ack(const RekeyAck& ack) {
  if (!live_->rekeying) return;
  const KeyPair own = std::move(*live_->rekeying);
  live_->rekeying.reset();
  const RekeyTranscript transcript{live_->id, ack.key_epoch, own.public_key, ack.ephemeral};
  use_keys(ack.key_epoch,
           derive_rekeyed_root(live_->traffic, *x25519(own.secret, ack.ephemeral), transcript));
}

void ScriptedGateway::on_rekey_init(const Message& message, const RekeyInit& init,
                                    const Endpoint& source, Answers& out) {
  if (!grants_rekeys || live_->rekeying) return;
  const KeyPair own = draw_pair(random_);
  const RekeyTranscript transcript{live_->id, init.key_epoch, init.ephemeral, own.public_key};
  out.push_back(say(source, RekeyAck{{init.key_epoch, own.public_key}}, message.number));
  live_->answered = message.number;
  live_->answer = out.back().payload;
  use_keys(init.key_epoch,
           derive_rekeyed_root(live_->traffic, *x25519(own.secret, init.ephemeral), transcript));
}

KeyEpoch ScriptedGateway::key_epoch() const {
  return live_->key_epoch;
}

const Owner& ScriptedGateway::owner() const {
  return live_->owner;
}

void ScriptedGateway::move_to(const Owner& owner) {
  live_->next_owner = owner;
  live_->owner_ephemeral = draw_pair(random_);
}

void ScriptedGateway::on_data(Datagram datagram, const Endpoint& source, Answers& out) {
  if (datagram.size() < kDataOverhead || source != live_->bound) return;
  const auto header = load<DataHeader>(datagram.data());
  std::uint8_t* inner = datagram.data() + sizeof(DataHeader);
  const auto size = static_cast<std::uint32_t>(datagram.size() - kDataOverhead);
  AeadOp op{&live_->open[header.prefix.low()],
            header.counter,
            datagram.data(),
            sizeof(DataHeader),
            size,
            inner,
            inner + size,
            false};
  engine_.open(std::span(&op, 1));
  if (!op.ok || Tag::from_wire(header.prefix.tag) != live_->tag) return;
  ++live_->received;
  const ByteView plain(inner, size);
  if (!is_heartbeat(plain)) return delivered.push_back({plain.begin(), plain.end()});
  const auto ask = read_heartbeat(plain);
  if (!ask) return;
  Heartbeat reply;
  reply.kind = HeartbeatKind::reply;
  reply.nonce = ++live_->client_nonce;
  reply.echo = ask->nonce;
  reply.received = live_->received;
  reply.sent = live_->sent + 1;
  reply.stretch = stretch;
  reply.version = shown(live_->version);
  Bytes<kHeartbeatInnerSize> bytes;
  write_heartbeat(reply, bytes);
  out.push_back({source, seal_inner(bytes)});
}

Datagram ScriptedGateway::seal_inner(ByteView inner) {
  Datagram datagram(inner.size() + kDataOverhead);
  const std::uint64_t counter = live_->counter++;
  ++live_->sent;
  store(datagram.data(), DataHeader{WirePrefix::make(WireType::data, live_->client_tag,
                                                     live_->key_epoch.value & 0xf),
                                    counter});
  std::uint8_t* body = datagram.data() + sizeof(DataHeader);
  std::memcpy(body, inner.data(), inner.size());
  AeadOp op{&live_->seal,
            counter,
            datagram.data(),
            sizeof(DataHeader),
            static_cast<std::uint32_t>(inner.size()),
            body,
            body + inner.size(),
            false};
  engine_.seal(std::span(&op, 1));
  return datagram;
}

Addressed ScriptedGateway::data(ByteView inner) {
  return {live_->bound, seal_inner(inner)};
}

}  // namespace jvpn::client
