// SPDX-License-Identifier: Apache-2.0
// One agent, one scripted gateway and the network between them, in virtual time.
#pragma once

#include <functional>
#include <map>

#include "client/agent.h"
#include "tests/client/scripted_gateway.h"

namespace jvpn::client {

class World {
 public:
  enum class Way : std::uint8_t { up, down };
  /// How many copies of a datagram arrive: 0 loses it. `path` as the client sees it.
  using Weather = std::function<unsigned(Way, PathId, const Datagram&)>;

  explicit World(std::uint64_t seed = 1, bool right_key = true);

  static constexpr PathId kWifi{0};
  static constexpr PathId kLte{1};
  static PathState wifi_state() { return {true, *parse_address("192.0.2.10"), {}}; }
  static PathState lte_state() { return {true, *parse_address("198.51.100.20"), {}}; }

  /// Both paths up.
  void start();
  void set_path(PathId path, const PathState& state);
  void run_for(Duration time);
  /// True as soon as it holds; false when `limit` passes without.
  bool run_until(const std::function<bool()>& holds, Duration limit);
  bool attach() {
    return run_until([this] { return is_attached(); }, 5s);
  }
  bool is_attached() const { return agent.status().state == State::attached; }

  /// A datagram for the client arrives after the one-way delay, at the path its address belongs to.
  void send_down(const Addressed& datagram);
  /// An inner packet of the client; true when it was sealed and sent.
  bool send_inner(std::uint8_t mark);
  /// The same as it arrives at once, by any path, from any source.
  void inject(PathId path, const Endpoint& from, Datagram datagram);
  /// From now on the NAT before this path uses another port.
  void rebind_nat(PathId path) { ++nat_port_[path.value]; }
  Endpoint source_of(PathId path) const;
  /// Its IPv4 address, or IPv6 where it has nothing else.
  static IpAddress address_of(const PathState& state) {
    return state.v4.is_unset() ? state.v6 : state.v4;
  }

  static Datagram inner_packet(const char* from, const char* to, std::uint8_t mark);
  std::vector<std::string> state_changes() const;  ///< "ATTACHED>VOLATILE reason"
  std::size_t count_events(std::string_view type) const;
  Reason last_reason(std::string_view type) const;

  Instant now{1'000'000'000};
  ScriptedGateway gateway;
  SeededRandom random;
  AeadEngine engine;
  ClientAgent agent;
  Weather weather = [](Way, PathId, const Datagram&) { return 1u; };
  std::map<std::uint8_t, bool> path_works{{0, true}, {1, true}};
  Endpoint silent_endpoint;  ///< one of the gateway's, that hears nothing
  Duration delay = 10ms;
  std::vector<AuditEvent> events;
  std::vector<ConfigureTunnel> tunnels;
  std::vector<Endpoint> endpoints;  ///< as last allowed
  std::vector<Datagram> delivered;
  std::vector<std::pair<Instant, SendDatagram>> sent;
  std::vector<Datagram> received;  ///< everything that reached the client

 private:
  struct Flight {
    Way way;
    Route route;
    Endpoint source;  ///< up: as the gateway sees it
    Datagram payload;
  };
  void carry_out(Actions& actions);
  void send_down(const Addressed& datagram, const Endpoint& from);
  void launch(Way way, const Route& route, const Datagram& payload);
  void land(Flight flight);
  void step_to(Instant when);

  std::map<std::uint8_t, PathState> states_;
  std::map<std::uint8_t, std::uint16_t> nat_port_{{0, 1000}, {1, 2000}};
  std::multimap<Instant, Flight> flights_;
};

}  // namespace jvpn::client
