// SPDX-License-Identifier: Apache-2.0
// One seed, one run: a client and a gateway live through faults that the seed draws, then the world
// heals and they must find each other again.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/sim/client/client.h"
#include "tests/sim/cluster/gateway.h"

namespace jvpn::sim {

/// What may happen. A run draws from it by its seed.
struct Faults {
  bool bad_weather = false;  ///< loss, delay, reordering, duplicates, corruption
  bool link_cuts = false;    ///< interfaces go down and come back
  bool black_holes = false;  ///< a path swallows everything, unseen
  bool nat_rebinds = false;
  bool address_changes = false;
  bool restarts = false;  ///< the gateway crashes and forgets
  bool replays = false;   ///< an adversary repeats what it saw, from anywhere
  bool copies = false;    ///< an adversary's copy outruns its original
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed, Policy policy = {});

  World& world() { return world_; }
  Network& network() { return network_; }
  Gateway& gateway() { return *gateway_; }
  Client& client() { return *client_; }
  Ledgers& ledgers() { return ledgers_; }

  /// Client and gateway with data both ways, 100 packets per second each.
  void run_for(Duration span) { world_.run_for(span); }
  /// Runs until the client is ATTACHED, at most `limit`. Says whether it came to that.
  bool run_until_attached(Duration limit);
  /// Draws faults for `span`.
  void torment(const Faults& faults, Duration span);
  /// All paths up and clear.
  void heal();
  void restart_gateway();
  void cut(std::size_t path, bool up);
  void change_address(std::size_t path);

  /// From now on the attacker sends what it saw to the gateway again, from sources of its choice.
  void replay_everything();
  std::size_t recorded() const { return recorded_.size(); }
  std::size_t client_packets_delivered() const { return ledgers_.deliveries.count(true); }
  std::size_t server_packets_delivered() const { return ledgers_.deliveries.count(false); }
  /// All audit lines of all gateways of this run.
  std::string audit_text() const { return ended_audit_ + gateway_->audit_text(); }

 private:
  void start_gateway();
  void beat();
  void misfortune(const Faults& faults);
  void one_fault(const Faults& faults, std::size_t path);
  void tapped(bool uplink, const Endpoint& outside, const Datagram& datagram);

  World world_;
  Dice dice_;
  Network network_;
  Ledgers ledgers_;
  AeadEngine engine_;
  Key32 client_secret_;
  GatewaySetup setup_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<Client> client_;
  std::string ended_audit_;
  struct Recorded {
    Endpoint source;
    Datagram datagram;
  };
  std::vector<Recorded> recorded_;
  double copy_chance_ = 0;
  std::uint64_t next_number_ = 0;
  std::uint64_t restarts_ = 0;
};

}  // namespace jvpn::sim
