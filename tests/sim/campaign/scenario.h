// SPDX-License-Identifier: Apache-2.0
// What a run is made of, and how a seed draws it.
#pragma once

#include <vector>

#include "crypto/aead.h"
#include "session/core/policy.h"
#include "tests/sim/world/dice.h"
#include "tests/sim/world/fault.h"
#include "tests/sim/world/network.h"

namespace jvpn::sim {

struct DevicePlan {
  std::uint16_t peer = 0;    ///< whose key and inner address; two devices with one peer are clones
  std::uint8_t gateway = 0;  ///< the one it is provisioned for
  std::vector<AccessPlan> paths{AccessPlan{}, AccessPlan{}};
  Suite suite = Suite::aes_256_gcm;
  Duration packet_every = 10ms;  ///< each way
};

struct GatewayPlan {
  std::uint8_t v4_endpoints = 1;
  std::uint8_t v6_endpoints = 0;
  std::uint32_t slots = 16;
  std::int64_t drift_ppm = 0;  ///< of its clock
};

struct Scenario {
  std::uint64_t seed = 0;
  Policy policy;
  std::vector<GatewayPlan> gateways{GatewayPlan{}};
  std::vector<DevicePlan> devices{DevicePlan{}};
  FaultSet faults = 0;        ///< that may strike
  bool shared_store = false;  ///< one for all gateways, which answers by and by
  bool cluster = false;       ///< gateways share key, store and peers, and outlive each other
  bool restless = false;      ///< a cluster whose nodes are drained often, in bad weather
  bool canary = false;        ///< with a defect built into the planes
  Duration sample_every = 50ms;
  Duration quiet_most = 3s;  ///< between two faults
  int length = 1;            ///< of its torment, in those of an ordinary seed
  std::uint16_t peers() const;
};

/// The same seed, the same scenario.
Scenario draw_scenario(std::uint64_t seed);

}  // namespace jvpn::sim
