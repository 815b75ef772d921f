// SPDX-License-Identifier: Apache-2.0
// A client in virtual time: the real agent on simulated access paths.
#pragma once

#include <deque>

#include "client/agent.h"
#include "crypto/random.h"
#include "tests/sim/cluster/gateway.h"

namespace jvpn::sim {

class Device {
 public:
  /// `index`: its number in the network. `peer`: whose key it bears, as packets to it are numbered.
  struct Identity {
    std::uint16_t index = 0;
    std::uint16_t peer = 0;
  };
  Device(Identity identity, client::Settings settings, Surroundings around, std::uint64_t seed);

  void receive(const client::Route& came_by, Datagram datagram);
  /// The operating system noticed a change of this path.
  void path_changed(std::uint8_t path);
  /// The next numbered packet into the tunnel; false when the agent had no way to send it.
  bool send_numbered();
  void shut_down();

  /// Stands still: what arrives waits, as far as a socket's buffer reaches.
  void pause() { paused_ = true; }
  void resume();
  void leap(Duration span);

  std::uint16_t peer() const { return identity_.peer; }
  client::Status status() const { return agent_.status(); }
  bool closed() const { return agent_.closed(); }
  /// Reasons with which sessions ended here, in order.
  const std::vector<Reason>& ends() const { return ends_; }
  std::uint64_t trace() const { return trace_; }

 private:
  Instant now() const { return around_.world.now() + ahead_; }
  void take(const client::Route& came_by, Datagram datagram);
  void step();
  void carry_out(client::Actions& actions);
  void perform(client::SendDatagram& send);
  void perform(client::ConfigureTunnel& tunnel) { inner_ = tunnel.inner_v4; }
  void perform(client::AllowEndpoints&) {}  // nothing else leaves here anyway
  void perform(client::WriteEvent& event);

  Identity identity_;
  Surroundings around_;
  SeededRandom random_;
  client::ClientAgent agent_;
  Alarm alarm_;
  IpAddress inner_;
  std::vector<Reason> ends_;
  std::uint32_t sent_ = 0;
  std::uint64_t trace_ = 0;  ///< of everything that the agent said
  Duration ahead_{};
  bool paused_ = false;
  std::deque<std::pair<client::Route, Datagram>> waiting_;
};

}  // namespace jvpn::sim
