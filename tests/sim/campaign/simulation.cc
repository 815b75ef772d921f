// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/campaign/simulation.h"

#include "base/hex.h"
#include "crypto/kdf.h"

namespace jvpn::sim {
namespace {

Key32 key_from(std::uint64_t seed) {
  SeededRandom random(seed);
  Bytes<32> bytes = random.draw<32>();
  return Key32::take(bytes);
}

IpAddress inner_of(std::size_t peer) {
  return IpAddress::v4(0x0a4d0002 + static_cast<std::uint32_t>(peer));  // 10.77.0.2 on
}

std::vector<Endpoint> endpoints_of(const GatewayPlan& plan, std::size_t index) {
  const auto host = static_cast<std::uint8_t>(1 + index);
  std::vector<Endpoint> all;
  for (std::uint8_t i = 0; i < plan.v4_endpoints; ++i) {
    all.push_back({IpAddress::v4({198, 51, static_cast<std::uint8_t>(100 + i), host}), 51820});
  }
  for (std::uint8_t i = 0; i < plan.v6_endpoints; ++i) {
    Bytes<16> bytes{0x20, 0x01, 0x0d, 0xb8, 0xff, i};
    bytes[15] = host;
    all.push_back({IpAddress::v6(bytes), 51820});
  }
  return all;
}

}  // namespace

Simulation::Simulation(Scenario scenario)
    : scenario_(std::move(scenario)),
      dice_(scenario_.seed),
      store_dice_(scenario_.seed ^ 0x5704e),
      network_(world_, scenario_.seed),
      checkers_(world_, scenario_.policy),
      store_(world_, store_dice_, StoreWeather{}),
      engine_(std::move(AeadEngine::create().value())),
      downlink_numbers_(scenario_.peers()) {
  for (std::uint64_t i = 0; i < scenario_.peers(); ++i) {
    peer_keys_.push_back(key_from(scenario_.seed * 1000 + i));
  }
  for (std::size_t i = 0; i < scenario_.gateways.size(); ++i) {
    add_gateway(scenario_.gateways[i], i);
  }
  network_.connect({
      .to_gateway =
          [this](UnderlayId to, const Endpoint& source, Datagram d) {
            if (Gateway* at = gateway(to.gateway)) at->receive(to.underlay, source, std::move(d));
          },
      .to_client = [this](std::size_t device, const client::Route& by,
                          Datagram d) { devices_[device]->receive(by, std::move(d)); },
      .tap =
          [this](bool up, const Endpoint& outside, const Endpoint& gateway, const Datagram& d) {
            if (tap_) tap_(up, outside, gateway, d);
          },
  });
  checkers_.leases.enforced = scenario_.cluster;
  store_.watch([this](std::uint8_t node, const StoreTransaction& transaction, Instant sent) {
    checkers_.leases.applied(node, transaction, sent);
  });
  for (std::size_t i = 0; i < scenario_.devices.size(); ++i) add_device(scenario_.devices[i], i);
}

Simulation::~Simulation() = default;

void Simulation::add_gateway(const GatewayPlan& plan, std::size_t index) {
  GatewaySetup setup;
  setup.index = static_cast<std::uint8_t>(index);
  setup.key = key_from(scenario_.seed * 1000 + 900 + (scenario_.cluster ? 0 : index));
  if (scenario_.cluster) setup.cluster = key_from(scenario_.seed * 1000 + 990);
  setup.policy = scenario_.policy;
  setup.slots = plan.slots;
  setup.sample_every = scenario_.sample_every;
  setup.canary = scenario_.canary;
  for (std::size_t peer = 0; peer < peer_keys_.size(); ++peer) {
    setup.peers.push_back(
        {KeyPair::from_secret(peer_keys_[peer].clone()).public_key, inner_of(peer)});
  }
  const std::vector<Endpoint> endpoints = endpoints_of(plan, index);
  for (const Endpoint& at : endpoints) {
    setup.underlays.push_back({.v4 = at.address.is_v4(), .v6 = !at.address.is_v4()});
    public_keys_[at] = KeyPair::from_secret(setup.key.clone()).public_key;
  }
  network_.add_gateway(endpoints);
  setups_.push_back(std::move(setup));
  gateways_.push_back(nullptr);
  start(index);
}

void Simulation::add_device(const DevicePlan& plan, std::size_t index) {
  client::Settings settings;
  settings.key = KeyPair::from_secret(peer_keys_[plan.peer].clone());
  settings.gateway = KeyPair::from_secret(setups_[plan.gateway].key.clone()).public_key;
  settings.suites = {plan.suite};
  settings.endpoints = network_.gateway(plan.gateway);
  for (std::size_t i = 0; scenario_.cluster && i < gateways_.size(); ++i) {
    if (i == plan.gateway) continue;
    std::ranges::copy(network_.gateway(i), std::back_inserter(settings.endpoints));
  }
  settings.path_count = static_cast<std::uint8_t>(plan.paths.size());
  network_.add_device(plan.paths);
  const Device::Identity identity{static_cast<std::uint16_t>(index), plan.peer};
  const Surroundings around{world_, network_, checkers_, engine_};
  devices_.push_back(std::make_unique<Device>(identity, std::move(settings), around, dice_.next()));
  for (std::size_t i = 0; i < plan.paths.size(); ++i) {
    devices_.back()->path_changed(static_cast<std::uint8_t>(i));
  }
  world_.in(dice_.between(0ms, plan.packet_every), [this, index] { beat(index); });
}

void Simulation::beat(std::size_t index) {
  Device& device = *devices_[index];
  const DevicePlan& plan = scenario_.devices[index];
  device.send_numbered();
  const PacketNumber number{plan.peer, false, downlink_numbers_[plan.peer]++};
  for (const auto& at : gateways_) {
    if (at && at->send_numbered(inner_of(plan.peer), number)) break;
  }
  world_.in(plan.packet_every, [this, index] { beat(index); });
}

std::unique_ptr<OwnershipStore> Simulation::connect_store(std::size_t index) {
  if (!scenario_.shared_store) return std::make_unique<MemoryStore>();
  return store_.connect(static_cast<std::uint8_t>(index + 1), [this, index] {
    if (Gateway* at = gateway(index)) at->store_answered();
  });
}

void Simulation::start(std::size_t index) {
  const Surroundings around{world_, network_, checkers_, engine_};
  Gateway::Life life{dice_.next(), connect_store(index), {{}, scenario_.gateways[index].drift_ppm}};
  gateways_[index] = std::make_unique<Gateway>(setups_[index], around, std::move(life));
}

void Simulation::crash(std::size_t index) {
  if (!gateways_[index]) return;
  ended_audit_ += gateways_[index]->audit_text();
  checkers_.crashed(index, scenario_.shared_store);
  gateways_[index].reset();
}

void Simulation::restart(std::size_t index) {
  crash(index);
  start(index);
}

void Simulation::drain(std::size_t index) {
  std::vector<Endpoint> targets;
  for (std::size_t i = 0; i < gateways_.size(); ++i) {
    if (i != index && gateways_[i])
      std::ranges::copy(network_.gateway(i), std::back_inserter(targets));
  }
  if (gateways_[index] && !targets.empty()) gateways_[index]->drain(targets);
}

void Simulation::apply_policy(const Policy& policy) {
  for (std::size_t i = 0; i < gateways_.size(); ++i) {
    setups_[i].policy = policy;
    if (gateways_[i]) gateways_[i]->apply_policy(policy);
  }
}

void Simulation::run_for(Duration span) {
  std::size_t sessions = 0;
  for (const auto& at : gateways_) sessions += at ? at->session_count() : 0;
  session_time_ += span * static_cast<std::int64_t>(sessions);
  world_.run_for(span);
}

bool Simulation::all_attached() const {
  return std::ranges::all_of(devices_, [](const auto& device) {
    return device->closed() || device->status().state == State::attached;
  });
}

bool Simulation::run_until_attached(Duration limit) {
  const Instant end = world_.now() + limit;
  while (world_.now() < end && !all_attached()) run_for(10ms);
  return all_attached();
}

const PublicKey& Simulation::public_key_of(const Endpoint& gateway) const {
  return public_keys_.at(gateway);
}

void Simulation::cut(AccessId path, bool up) {
  network_.set_up(path, up);
  devices_[path.device]->path_changed(path.path);
}

void Simulation::change_address(AccessId path) {
  network_.change_address(path);
  devices_[path.device]->path_changed(path.path);
}

void Simulation::heal() {
  store_.weather() = StoreWeather{};
  store_.set_available(true);
  for (std::size_t i = 0; i < gateways_.size(); ++i) {
    store_.set_partitioned(static_cast<std::uint8_t>(i + 1), false);
    if (gateways_[i] && gateways_[i]->is_draining()) crash(i);
    if (!gateways_[i]) start(i);
    gateways_[i]->burden(world_.now());
    gateways_[i]->resume();
  }
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    devices_[i]->resume();
    for (std::size_t p = 0; p < network_.path_count(i); ++p) {
      const AccessId path{static_cast<std::uint16_t>(i), static_cast<std::uint8_t>(p)};
      network_.weather(path) = Weather{};
      network_.set_black_hole(path, false, false);
      cut(path, true);
    }
    for (std::size_t at = 0; at < gateways_.size(); ++at) network_.set_parted(i, at, false);
  }
}

std::string Simulation::audit_text() const {
  std::string text = ended_audit_;
  for (const auto& gateway : gateways_) {
    if (gateway) text += gateway->audit_text();
  }
  return text;
}

std::string Simulation::audit_hash() const {
  std::string text = audit_text();
  for (const auto& device : devices_) text += std::to_string(device->trace()) + "\n";
  const Bytes<32> sum = hash({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return to_hex(ByteView(sum).first(16));
}

}  // namespace jvpn::sim
