// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/client/client.h"

#include "tests/sim/world/inner_packet.h"

namespace jvpn::sim {

Client::Client(client::Settings settings, Gateway::Surroundings around, std::uint64_t seed)
    : around_(around), random_(seed), agent_(std::move(settings), random_, around.engine) {}

void Client::receive(const client::Route& came_by, Datagram datagram) {
  client::ReceivedDatagram received{came_by, datagram};
  client::Delivery delivery;
  client::Actions actions;
  agent_.receive({&received, 1}, around_.world.now(), delivery, actions);
  for (std::size_t i = 0; i < delivery.count; ++i) {
    if (const auto number = read_number(delivery.packets[i])) {
      around_.ledgers.deliveries.delivered(false, *number, around_.ledgers.breaches);
    }
  }
  carry_out(actions);
}

void Client::path_changed(std::size_t path) {
  client::Actions actions;
  agent_.on_path(PathId{static_cast<std::uint8_t>(path)}, around_.network.path_state(path),
                 around_.world.now(), actions);
  carry_out(actions);
}

void Client::step() {
  const Instant now = around_.world.now();
  if (agent_.next_deadline(now) > now) return;
  client::Actions actions;
  agent_.on_tick(now, actions);
  carry_out(actions);
}

bool Client::send_numbered(std::uint64_t number) {
  if (inner_.is_unset() || agent_.gate(around_.world.now()) != client::Gate::flow) return false;
  Datagram datagram(kInnerPacketSize + kDataOverhead);
  write_numbered(inner_, IpAddress::v4({10, 99, 0, 2}), number,
                 ByteSpan(datagram).subspan(client::OutgoingPacket::kHeadroom));
  client::OutgoingPacket packet{datagram.data(), kInnerPacketSize};
  const auto route = agent_.seal({&packet, 1});
  if (!route || packet.wire_size == 0) return false;
  datagram.resize(packet.wire_size);
  around_.ledgers.nonces.sent(agent_.status().session, datagram, around_.ledgers.breaches);
  around_.network.send_from_client(*route, std::move(datagram));
  return true;
}

void Client::shut_down() {
  client::Actions actions;
  agent_.shutdown(around_.world.now(), actions);
  carry_out(actions);
}

void Client::carry_out(client::Actions& actions) {
  for (client::Action& action : actions) {
    if (auto* send = std::get_if<client::SendDatagram>(&action)) {
      around_.ledgers.nonces.sent(agent_.status().session, send->payload, around_.ledgers.breaches);
      around_.network.send_from_client(send->route, std::move(send->payload));
    } else if (auto* tunnel = std::get_if<client::ConfigureTunnel>(&action)) {
      inner_ = tunnel->inner_v4;
    } else if (auto* written = std::get_if<client::WriteEvent>(&action)) {
      const AuditEvent& event = written->event;
      if (event.type == "SessionTerminated") ends_.push_back(event.reason);
    }
  }
}

}  // namespace jvpn::sim
