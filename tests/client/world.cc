// SPDX-License-Identifier: Apache-2.0
#include "tests/client/world.h"

#include "base/ensure.h"

namespace jvpn::client {
namespace {

const Endpoint kGateway = *parse_endpoint("203.0.113.1:51820");

Settings settings_for(ScriptedGateway& gateway, bool right_key) {
  Settings settings;
  Bytes<32> secret{7};
  settings.key = KeyPair::from_secret(Key32::take(secret));
  Bytes<32> other{9};
  settings.gateway =
      right_key ? gateway.public_key() : KeyPair::from_secret(Key32::take(other)).public_key;
  settings.suites = {Suite::aes_256_gcm};
  settings.endpoints = {kGateway};
  settings.path_count = 2;
  return settings;
}

AeadEngine start_engine() {
  auto engine = AeadEngine::create();
  ensure(engine.has_value(), "this machine runs ipsec-mb");
  return std::move(*engine);
}

}  // namespace

World::World(std::uint64_t seed, bool right_key)
    : gateway(seed),
      random(seed + 1000),
      engine(start_engine()),
      agent(settings_for(gateway, right_key), random, engine) {}

void World::start() {
  set_path(kWifi, wifi_state());
  set_path(kLte, lte_state());
}

void World::set_path(PathId path, const PathState& state) {
  states_[path.value] = state;
  Actions actions;
  agent.on_path(path, state, now, actions);
  carry_out(actions);
}

Endpoint World::source_of(PathId path) const {
  return {address_of(states_.at(path.value)), nat_port_.at(path.value)};
}

void World::launch(Way way, const Route& route, const Datagram& payload) {
  if (!path_works[route.path.value]) return;
  if (way == Way::up && route.gateway == silent_endpoint) return;
  const unsigned copies = weather(way, route.path, payload);
  for (unsigned i = 0; i < copies; ++i) {
    const Endpoint source{route.source, nat_port_[route.path.value]};
    flights_.emplace(now + delay, Flight{way, route, source, payload});
  }
}

void World::send_down(const Addressed& datagram) {
  send_down(datagram, kGateway);
}

void World::send_down(const Addressed& datagram, const Endpoint& from) {
  for (const auto& [path, state] : states_) {
    if (source_of(PathId{path}) != datagram.to || !state.up) continue;
    launch(Way::down, Route{PathId{path}, address_of(state), from}, datagram.payload);
  }
}

void World::inject(PathId path, const Endpoint& from, Datagram datagram) {
  std::array<ReceivedDatagram, 1> burst{
      ReceivedDatagram{Route{path, address_of(states_[path.value]), from}, datagram}};
  received.push_back(datagram);
  Delivery delivery;
  Actions actions;
  agent.receive(burst, now, delivery, actions);
  for (std::size_t i = 0; i < delivery.count; ++i) {
    delivered.push_back({delivery.packets[i].begin(), delivery.packets[i].end()});
  }
  carry_out(actions);
}

void World::land(Flight flight) {
  if (flight.way == Way::down) {
    const PathState& state = states_[flight.route.path.value];
    if (state.up && address_of(state) == flight.route.source) {
      inject(flight.route.path, flight.route.gateway, std::move(flight.payload));
    }
    return;
  }
  for (const Addressed& answer : gateway.receive(flight.payload, flight.source)) {
    send_down(answer, flight.route.gateway);
  }
}

void World::carry_out(Actions& actions) {
  for (Action& action : actions) {
    if (auto* datagram = std::get_if<SendDatagram>(&action)) {
      sent.push_back({now, *datagram});
      launch(Way::up, datagram->route, datagram->payload);
    } else if (auto* tunnel = std::get_if<ConfigureTunnel>(&action)) {
      tunnels.push_back(*tunnel);
    } else if (auto* allowed = std::get_if<AllowEndpoints>(&action)) {
      endpoints = allowed->endpoints;
    } else {
      events.push_back(std::get<WriteEvent>(action).event);
    }
  }
}

void World::step_to(Instant when) {
  now = std::max(now, when);
  while (!flights_.empty() && flights_.begin()->first <= now) {
    Flight flight = std::move(flights_.begin()->second);
    flights_.erase(flights_.begin());
    land(std::move(flight));
  }
  if (agent.next_deadline(now) > now) return;
  Actions actions;
  agent.on_tick(now, actions);
  carry_out(actions);
}

bool World::run_until(const std::function<bool()>& holds, Duration limit) {
  const Instant end = now + limit;
  for (unsigned same = 0; !holds();) {
    Instant next = std::min(end, agent.next_deadline(now));
    if (!flights_.empty()) next = std::min(next, flights_.begin()->first);
    same = next <= now ? same + 1 : 0;
    ensure(same < 100, "time goes on: no deadline is due for ever");
    step_to(next);
    if (now >= end) return holds();
  }
  return true;
}

void World::run_for(Duration time) {
  run_until([] { return false; }, time);
}

Datagram World::inner_packet(const char* from, const char* to, std::uint8_t mark) {
  Datagram packet(60, mark);
  packet[0] = 0x45;
  packet[2] = 0;
  packet[3] = 60;
  std::memcpy(packet.data() + 12, parse_address(from)->v4_octets().data(), 4);
  std::memcpy(packet.data() + 16, parse_address(to)->v4_octets().data(), 4);
  return packet;
}

bool World::send_inner(std::uint8_t mark) {
  const Datagram inner = inner_packet("10.77.0.2", "10.99.0.2", mark);
  Datagram room(inner.size() + kDataOverhead);
  std::memcpy(room.data() + OutgoingPacket::kHeadroom, inner.data(), inner.size());
  std::array<OutgoingPacket, 1> burst{
      OutgoingPacket{room.data(), static_cast<std::uint32_t>(inner.size()), 0}};
  const auto route = agent.seal(burst);
  if (!route || burst[0].wire_size == 0) return false;
  sent.push_back({now, SendDatagram{*route, room}});
  launch(Way::up, *route, room);
  return true;
}

std::vector<std::string> World::state_changes() const {
  std::vector<std::string> out;
  for (const AuditEvent& event : events) {
    if (event.type != "SessionStateChange") continue;
    out.push_back(std::get<std::string>(event.fields[0].second) + ">" +
                  std::get<std::string>(event.fields[1].second) + " " +
                  std::string(to_string(event.reason)));
  }
  return out;
}

std::size_t World::count_events(std::string_view type) const {
  return static_cast<std::size_t>(std::count_if(
      events.begin(), events.end(), [&](const AuditEvent& e) { return e.type == type; }));
}

Reason World::last_reason(std::string_view type) const {
  Reason reason = Reason::none;
  for (const AuditEvent& event : events) {
    if (event.type == type) reason = event.reason;
  }
  return reason;
}

}  // namespace jvpn::client
