// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/campaign/simulation.h"

namespace jvpn::sim {
namespace {

constexpr std::size_t kPaths = 2;
constexpr std::size_t kRecordedAtMost = 2000;
const Endpoint kGateway{IpAddress::v4({198, 51, 100, 1}), 51820};

Key32 key_from(std::uint64_t seed) {
  SeededRandom random(seed);
  Bytes<32> bytes = random.draw<32>();
  return Key32::take(bytes);
}

}  // namespace

Simulation::Simulation(std::uint64_t seed, Policy policy)
    : dice_(seed),
      network_(world_, dice_, kPaths, kGateway),
      engine_(std::move(AeadEngine::create().value())),
      client_secret_(key_from(seed + 1)) {
  setup_.key = key_from(seed + 2);
  setup_.policy = std::move(policy);
  setup_.client = KeyPair::from_secret(client_secret_.clone()).public_key;

  client::Settings settings;
  settings.key = KeyPair::from_secret(client_secret_.clone());
  settings.gateway = KeyPair::from_secret(setup_.key.clone()).public_key;
  settings.suites = {dice_.chance(0.5) ? Suite::aes_256_gcm : Suite::chacha20_poly1305};
  settings.endpoints = {kGateway};
  settings.path_count = kPaths;
  const Gateway::Surroundings around{world_, network_, ledgers_, engine_};
  client_ = std::make_unique<Client>(std::move(settings), around, dice_.next());
  start_gateway();
  network_.connect({
      .to_gateway = [this](const Endpoint& source,
                           Datagram d) { gateway_->receive(source, std::move(d)); },
      .to_client = [this](const client::Route& by,
                          Datagram d) { client_->receive(by, std::move(d)); },
      .tap = [this](bool up, const Endpoint& outside,
                    const Datagram& d) { tapped(up, outside, d); },
  });
  for (std::size_t i = 0; i < kPaths; ++i) client_->path_changed(i);
  beat();
}

void Simulation::start_gateway() {
  const Gateway::Surroundings around{world_, network_, ledgers_, engine_};
  gateway_ = std::make_unique<Gateway>(setup_, around, dice_.next());
}

void Simulation::restart_gateway() {
  ended_audit_ += gateway_->audit_text();
  ledgers_.paths.removed();
  start_gateway();
  ++restarts_;
}

void Simulation::beat() {
  client_->step();
  gateway_->step();
  client_->send_numbered(next_number_++);
  gateway_->send_numbered(next_number_++);
  world_.in(10ms, [this] { beat(); });
}

bool Simulation::run_until_attached(Duration limit) {
  const Instant end = world_.now() + limit;
  while (world_.now() < end) {
    if (client_->status().state == State::attached) return true;
    run_for(10ms);
  }
  return client_->status().state == State::attached;
}

void Simulation::cut(std::size_t path, bool up) {
  network_.set_up(path, up);
  client_->path_changed(path);
}

void Simulation::change_address(std::size_t path) {
  network_.change_address(path);
  client_->path_changed(path);
}

void Simulation::tapped(bool uplink, const Endpoint& outside, const Datagram& datagram) {
  if (!uplink) return;
  if (recorded_.size() < kRecordedAtMost) recorded_.push_back({outside, datagram});
  if (copy_chance_ > 0 && dice_.chance(copy_chance_)) {
    network_.inject({IpAddress::v4({192, 0, 2, 66}), 666}, datagram);
  }
}

void Simulation::replay_everything() {
  for (const Recorded& r : recorded_) {
    network_.inject(r.source, r.datagram);
    network_.inject({IpAddress::v4({192, 0, 2, 66}), 4444}, r.datagram);
  }
}

void Simulation::torment(const Faults& faults, Duration span) {
  const Instant end = world_.now() + span;
  if (faults.copies) copy_chance_ = 0.02;
  while (world_.now() < end) {
    misfortune(faults);
    run_for(dice_.between(100ms, 3s));
  }
  copy_chance_ = 0;
}

void Simulation::misfortune(const Faults& faults) {
  const std::size_t path = dice_.below(kPaths);
  if (faults.bad_weather && dice_.chance(0.5)) {
    Weather& weather = network_.weather(path);
    weather.loss = dice_.chance(0.3) ? 0.3 : 0.02;
    weather.duplicate = dice_.chance(0.5) ? 0.1 : 0;
    weather.corrupt = dice_.chance(0.3) ? 0.05 : 0;
    weather.delay_min = dice_.between(1ms, 40ms);
    weather.delay_max = weather.delay_min + dice_.between(0ms, 200ms);
  }
  one_fault(faults, path);
  if (faults.replays && !recorded_.empty()) {
    for (int i = 0; i < 20; ++i) {
      const Recorded& r = recorded_[dice_.below(recorded_.size())];
      const bool own = dice_.chance(0.5);
      network_.inject(own ? r.source : Endpoint{IpAddress::v4({192, 0, 2, 66}), 4444}, r.datagram);
    }
  }
}

void Simulation::one_fault(const Faults& faults, std::size_t path) {
  switch (dice_.below(6)) {
    case 0:
      if (faults.link_cuts) cut(path, dice_.chance(0.6));
      break;
    case 1:
      if (faults.black_holes) network_.set_black_hole(path, dice_.chance(0.5));
      break;
    case 2:
      if (faults.nat_rebinds) network_.rebind_nat(path);
      break;
    case 3:
      if (faults.address_changes) change_address(path);
      break;
    case 4:
      if (faults.restarts && dice_.chance(0.3)) restart_gateway();
      break;
    default:
      break;
  }
}

void Simulation::heal() {
  for (std::size_t i = 0; i < kPaths; ++i) {
    network_.weather(i) = Weather{};
    network_.set_black_hole(i, false);
    cut(i, true);
  }
}

}  // namespace jvpn::sim
