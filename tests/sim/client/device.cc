// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/client/device.h"

#include "tests/sim/world/inner_packet.h"

namespace jvpn::sim {
namespace {

constexpr std::size_t kSocketBuffer = 64;  ///< datagrams that wait for a process that stands still

}  // namespace

Device::Device(Identity identity, client::Settings settings, Surroundings around,
               std::uint64_t seed)
    : identity_(identity),
      around_(around),
      random_(seed),
      agent_(std::move(settings), random_, around.engine),
      alarm_(around.world, [this] { step(); }) {}

void Device::receive(const client::Route& came_by, Datagram datagram) {
  if (!paused_) return take(came_by, std::move(datagram));
  if (waiting_.size() < kSocketBuffer) waiting_.emplace_back(came_by, std::move(datagram));
}

void Device::take(const client::Route& came_by, Datagram datagram) {
  client::ReceivedDatagram received{came_by, datagram};
  client::Delivery delivery;
  client::Actions actions;
  agent_.receive({&received, 1}, now(), delivery, actions);
  for (std::size_t i = 0; i < delivery.count; ++i) {
    const auto number = read_number(delivery.packets[i]);
    if (!number) continue;
    Deliveries& deliveries = around_.checkers.deliveries;
    deliveries.delivered(*number);
    if (number->uplink || number->device != identity_.peer) deliveries.misdelivered(*number);
  }
  carry_out(actions);
}

void Device::path_changed(std::uint8_t path) {
  if (paused_) return;  // it reads the present state when it runs again
  client::Actions actions;
  agent_.on_path(PathId{path}, around_.network.path_state({identity_.index, path}), now(), actions);
  carry_out(actions);
}

void Device::step() {
  if (paused_) return;
  client::Actions actions;
  agent_.on_tick(now(), actions);
  carry_out(actions);
}

void Device::resume() {
  paused_ = false;
  step();
  for (std::size_t i = 0; i < around_.network.path_count(identity_.index); ++i) {
    path_changed(static_cast<std::uint8_t>(i));
  }
  while (!waiting_.empty() && !paused_) {
    auto [came_by, datagram] = std::move(waiting_.front());
    waiting_.pop_front();
    take(came_by, std::move(datagram));
  }
}

void Device::leap(Duration span) {
  ahead_ += span;
  step();
}

bool Device::send_numbered() {
  if (paused_ || inner_.is_unset() || agent_.gate(now()) != client::Gate::flow) return false;
  Datagram datagram(kInnerPacketSize + kDataOverhead);
  const PacketNumber number{identity_.index, true, sent_++};
  write_numbered(inner_, server_address(), number,
                 ByteSpan(datagram).subspan(client::OutgoingPacket::kHeadroom));
  client::OutgoingPacket packet{datagram.data(), kInnerPacketSize};
  const auto route = agent_.seal({&packet, 1});
  if (!route || packet.wire_size == 0) return false;
  datagram.resize(packet.wire_size);
  around_.checkers.client_sent(identity_.index, agent_.status().session, datagram);
  around_.network.send_from_client(identity_.index, *route, std::move(datagram));
  return true;
}

void Device::shut_down() {
  client::Actions actions;
  agent_.shutdown(now(), actions);
  carry_out(actions);
}

void Device::carry_out(client::Actions& actions) {
  for (client::Action& action : actions) {
    std::visit([this](auto& what) { perform(what); }, action);
  }
  const Instant due = agent_.next_deadline(now());
  // What is due now and could not be done waits for the next turn of its event loop.
  if (due != Instant::never()) alarm_.set(std::max(due - ahead_, around_.world.now() + 1ms));
}

void Device::perform(client::SendDatagram& send) {
  around_.checkers.client_sent(identity_.index, agent_.status().session, send.payload);
  around_.network.send_from_client(identity_.index, send.route, std::move(send.payload));
}

void Device::perform(client::WriteEvent& write) {
  const AuditEvent& event = write.event;
  around_.checkers.client_audited(event);
  if (event.type == "SessionTerminated") ends_.push_back(event.reason);
  trace_ = fingerprint(event.session.bytes, trace_ ^ event.version.packed());
  trace_ =
      fingerprint({reinterpret_cast<const std::uint8_t*>(event.type.data()), event.type.size()},
                  trace_ ^ static_cast<std::uint64_t>(event.at.ns));
}

}  // namespace jvpn::sim
