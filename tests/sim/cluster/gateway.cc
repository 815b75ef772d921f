// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/cluster/gateway.h"

#include "session/core/wire.h"
#include "tests/sim/world/inner_packet.h"

namespace jvpn::sim {
namespace {

ControlConfig configure(const GatewaySetup& setup, std::uint64_t incarnation) {
  ControlConfig config;
  config.incarnation = incarnation;
  config.key = KeyPair::from_secret(setup.key.clone());
  config.policy = setup.policy;
  PeerConfig peer;
  peer.name = "phone";
  peer.key = setup.client;
  peer.inner_v4 = setup.client_address;
  config.peers.push_back(std::move(peer));
  return config;
}

const IpAddress kServer = IpAddress::v4({10, 99, 0, 2});

}  // namespace

Gateway::Gateway(const GatewaySetup& setup, Surroundings around, std::uint64_t seed)
    : around_(around),
      client_address_(setup.client_address),
      random_(seed),
      plane_(around.engine, seed,
             {.deliver =
                  [this](ByteView inner) {
                    if (const auto number = read_number(inner)) {
                      around_.ledgers.deliveries.delivered(true, *number, around_.ledgers.breaches);
                    }
                  },
              .unbound =
                  [this](Tag tag, const Endpoint& source, std::size_t size) {
                    Actions actions;
                    core_.on_unbound(tag, {source, 0, size}, around_.world.now(), actions);
                    carry_out(actions);
                  },
              .send =
                  [this](const Endpoint& to, Datagram datagram) {
                    SendDatagram send{0, to, std::move(datagram)};
                    perform(send);
                  }}),
      audit_({"1", OwnerEpoch{1}, setup.policy.version}, {},
             [this](std::string_view line) { audit_text_ += line; }),
      core_(configure(setup, seed), random_, *this) {
  Actions actions;
  core_.start(around_.world.now(), actions);
  carry_out(actions);
}

Gateway::~Gateway() = default;

std::optional<Tag> Gateway::reserve(std::uint8_t worker) {
  return plane_.table().reserve(worker);
}
void Gateway::release(Tag tag) {
  plane_.table().release(tag);
}

bool Gateway::reserve_keys(Tag tag) {
  return plane_.table().reserve_keys(tag);
}

void Gateway::receive(const Endpoint& source, Datagram datagram) {
  if (datagram.size() < sizeof(WirePrefix)) return;
  const Instant now = around_.world.now();
  around_.ledgers.paths.gateway_received(source, datagram.size(), now);
  const Arrival from{source, 0, datagram.size()};
  Actions actions;
  switch (static_cast<WireType>(datagram[0] >> 4)) {
    case WireType::handshake_init:
    case WireType::handshake_confirm:
      core_.on_handshake(datagram, from, now, actions);
      break;
    case WireType::control:
    case WireType::ticketed: {
      const Tag tag = Tag::from_wire(load<WirePrefix>(datagram.data()).tag);
      if (const auto plain = plane_.open_control(datagram)) {
        core_.on_control(tag, *plain, from, now, actions);
      } else {
        core_.on_dead_tag(tag, from, now, actions);
      }
      break;
    }
    case WireType::data:
      plane_.receive_data(source, std::move(datagram), now);
      break;
    default:
      break;
  }
  carry_out(actions);
}

void Gateway::step() {
  const Instant now = around_.world.now();
  plane_.turn();
  Actions actions;
  if (now >= next_sample_) {
    next_sample_ = now + 50ms;
    for (const Tag tag : core_.live_tags()) core_.on_health(tag, plane_.health(tag), now, actions);
  }
  core_.on_tick(now, actions);
  carry_out(actions);
}

bool Gateway::send_numbered(std::uint64_t number) {
  for (const SessionInfo& session : sessions()) {
    Bytes<kInnerPacketSize> packet;
    write_numbered(kServer, client_address_, number, packet);
    if (plane_.send(session.tag, packet, around_.world.now())) return true;
  }
  return false;
}

bool Gateway::terminate_by_operator() {
  Actions actions;
  bool any = false;
  for (const SessionInfo& session : sessions()) {
    any |= core_.operator_terminate(session.id, around_.world.now(), actions);
  }
  carry_out(actions);
  return any;
}

std::vector<SessionInfo> Gateway::sessions() const {
  return core_.sessions(around_.world.now());
}

void Gateway::carry_out(Actions& actions) {
  for (Action& action : actions) {
    std::visit([this](auto& what) { perform(what); }, action);
  }
  settle();
}

void Gateway::settle() {
  for (auto replies = store_.take_replies(); !replies.empty(); replies = store_.take_replies()) {
    Actions actions;
    for (const StoreReply& reply : replies) {
      core_.on_store(reply, around_.world.now(), actions);
    }
    for (Action& action : actions) {
      std::visit([this](auto& what) { perform(what); }, action);
    }
  }
}

void Gateway::perform(SendDatagram& send) {
  around_.ledgers.nonces.sent(SessionId{}, send.payload, around_.ledgers.breaches);
  around_.ledgers.paths.gateway_sent(send.destination, send.payload, around_.world.now(),
                                     around_.ledgers.breaches);
  around_.network.send_from_gateway(send.destination, std::move(send.payload));
}

void Gateway::perform(InstallSession& session) {
  around_.ledgers.paths.bound(session.view, around_.world.now(), around_.ledgers.breaches);
  plane_.install(session);
}

void Gateway::perform(PublishView& change) {
  around_.ledgers.paths.bound(change.view, around_.world.now(), around_.ledgers.breaches);
  plane_.publish(change);
}

void Gateway::perform(RemoveSession& session) {
  around_.ledgers.paths.removed();
  plane_.remove(session);
}

void Gateway::perform(WriteAudit& audit) {
  around_.ledgers.audit.see(audit.event, around_.ledgers.breaches);
  audit_.write(audit.event, to_ms(Duration(audit.event.at.ns)));
}

}  // namespace jvpn::sim
