// SPDX-License-Identifier: Apache-2.0
// One run: gateways and devices of a scenario in one virtual time, with data both ways and all
// checkers watching. What befalls them is done through this class and drawn by others
// (misfortune.h, adversary.h).
#pragma once

#include <memory>
#include <string>

#include "tests/sim/campaign/scenario.h"
#include "tests/sim/client/device.h"
#include "tests/sim/cluster/gateway.h"
#include "tests/sim/cluster/store.h"

namespace jvpn::sim {

class Simulation {
 public:
  explicit Simulation(Scenario scenario);
  ~Simulation();

  World& world() { return world_; }
  Network& network() { return network_; }
  Checkers& checkers() { return checkers_; }
  SharedStore& store() { return store_; }
  const Scenario& scenario() const { return scenario_; }
  std::size_t device_count() const { return devices_.size(); }
  std::size_t gateway_count() const { return gateways_.size(); }
  Device& device(std::size_t index = 0) { return *devices_[index]; }
  /// Null while it is down.
  Gateway* gateway(std::size_t index = 0) { return gateways_[index].get(); }

  void run_for(Duration span);
  /// Sessions times time, so far.
  Duration session_time() const { return session_time_; }
  /// Runs until every device that is not shut down is ATTACHED, at most `limit`. Says whether it
  /// came to that.
  bool run_until_attached(Duration limit);
  bool all_attached() const;
  /// The static key of the gateway with this address; anybody may know it.
  const PublicKey& public_key_of(const Endpoint& gateway) const;

  void crash(std::size_t gateway);
  void start(std::size_t gateway);
  void restart(std::size_t gateway = 0);
  /// Its clients are sent to another gateway, if there is one.
  void drain(std::size_t gateway);
  /// In force for all that run, and for those that start later.
  void apply_policy(const Policy& policy);
  void cut(AccessId path, bool up);
  void change_address(AccessId path);
  /// All paths up and clear, everybody running.
  void heal();

  /// Sees every datagram on the wire.
  using Tap = std::function<void(bool uplink, const Endpoint& outside, const Endpoint& gateway,
                                 const Datagram&)>;
  void tap(Tap tap) { tap_ = std::move(tap); }

  /// All audit lines of all gateways of this run, by node and life.
  std::string audit_text() const;
  /// Of everything that gateways and devices said: equal for equal seeds.
  std::string audit_hash() const;

 private:
  void add_gateway(const GatewayPlan& plan, std::size_t index);
  std::unique_ptr<OwnershipStore> connect_store(std::size_t gateway);
  void add_device(const DevicePlan& plan, std::size_t index);
  void beat(std::size_t device);

  Scenario scenario_;
  World world_;
  Dice dice_;
  Dice store_dice_;
  Network network_;
  Checkers checkers_;
  SharedStore store_;
  AeadEngine engine_;
  std::vector<Key32> peer_keys_;
  std::vector<GatewaySetup> setups_;
  std::map<Endpoint, PublicKey> public_keys_;
  std::vector<std::unique_ptr<Gateway>> gateways_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::vector<std::uint32_t> downlink_numbers_;  ///< by peer
  Duration session_time_{};
  std::string ended_audit_;
  Tap tap_;
};

}  // namespace jvpn::sim
