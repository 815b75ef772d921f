// SPDX-License-Identifier: Apache-2.0
// A client in virtual time: the real agent on simulated access paths.
#pragma once

#include "client/agent.h"
#include "crypto/random.h"
#include "tests/sim/checkers/ledger.h"
#include "tests/sim/cluster/gateway.h"

namespace jvpn::sim {

class Client {
 public:
  Client(client::Settings settings, Gateway::Surroundings around, std::uint64_t seed);

  void receive(const client::Route& came_by, Datagram datagram);
  /// The operating system noticed a change of this path.
  void path_changed(std::size_t path);
  /// Whatever is due now.
  void step();
  /// A numbered packet into the tunnel; false when the agent had no way to send it.
  bool send_numbered(std::uint64_t number);
  void shut_down();

  client::Status status() const { return agent_.status(); }
  /// Reasons with which sessions ended here, in order.
  const std::vector<Reason>& ends() const { return ends_; }

 private:
  void carry_out(client::Actions& actions);

  Gateway::Surroundings around_;
  SeededRandom random_;
  client::ClientAgent agent_;
  IpAddress inner_;
  std::vector<Reason> ends_;
};

}  // namespace jvpn::sim
