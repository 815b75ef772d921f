// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/adversary/adversary.h"

#include "session/core/handshake.h"
#include "session/core/wire.h"

namespace jvpn::sim {
namespace {

constexpr std::size_t kRecordedAtMost = 1000;
constexpr std::size_t kMacs = 2 * kMacSize;  ///< at the end of an INIT

}  // namespace

Adversary::Adversary(Simulation& sim, std::uint64_t seed) : sim_(sim), dice_(seed ^ 0xadef) {
  sim.tap([this](bool uplink, const Endpoint& outside, const Endpoint& gateway, const Datagram& d) {
    see({uplink, outside, gateway, d});
  });
}

/// Everything at first, then an even sample of all that passed.
void Adversary::see(const Record& seen) {
  // Each replayed INIT costs a gateway four scalar multiplications: a few of them will do.
  const bool is_init = !seen.datagram.empty() &&
                       static_cast<WireType>(seen.datagram[0] >> 4) == WireType::handshake_init;
  if (is_init && !dice_.chance(0.2)) return;
  ++seen_;
  if (records_.size() < kRecordedAtMost) {
    records_.push_back(seen);
  } else if (const std::uint64_t at = dice_.below(seen_); at < kRecordedAtMost) {
    records_[at] = seen;
  }
  const bool copies = seen.uplink && sim_.world().now() < copies_until_;
  if (copies && dice_.chance(copy_chance_)) {
    sim_.network().inject(own_source(seen.gateway), seen.gateway, seen.datagram, 1ms);
  }
}

Endpoint Adversary::own_source(const Endpoint& towards) {
  const auto host = static_cast<std::uint8_t>(60 + dice_.below(8));
  if (towards.address.is_v4()) return {IpAddress::v4({192, 0, 2, host}), 4444};
  return {IpAddress::v6({0x20, 0x01, 0x0d, 0xb8, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host}), 4444};
}

void Adversary::copy_until(Instant until, double chance) {
  copies_until_ = until;
  copy_chance_ = chance;
}

void Adversary::send(const Record& record, Duration delay) {
  Network& network = sim_.network();
  if (record.uplink) {
    network.inject(record.outside, record.gateway, record.datagram, delay);
  } else {
    network.inject_down(record.gateway, record.outside, record.datagram, delay);
  }
}

void Adversary::replay(std::size_t count) {
  for (std::size_t i = 0; i < count && !records_.empty(); ++i) {
    Record record = any();
    const Record& other = any();
    if (dice_.chance(0.2)) record.gateway = other.gateway;
    if (dice_.chance(0.2)) record.outside = other.outside;
    if (record.uplink && dice_.chance(0.4)) record.outside = own_source(record.gateway);
    send(record, dice_.between(1ms, 200ms));
  }
}

void Adversary::replay_everything() {
  const std::vector<Record> all = records_;
  for (const Record& record : all) {
    if (!record.uplink) continue;
    send(record, 1ms);
    for (std::size_t i = 0; i < sim_.gateway_count(); ++i) {
      const Endpoint& gateway = sim_.network().gateway(i).front();
      sim_.network().inject(own_source(gateway), gateway, record.datagram, 1ms);
    }
  }
}

Datagram Adversary::changed(const Datagram& original) {
  Datagram datagram = original;
  switch (dice_.below(4)) {
    case 0:
      datagram.resize(dice_.below(datagram.size()));
      break;
    case 1:
      datagram.push_back(static_cast<std::uint8_t>(dice_.next()));
      break;
    case 2:
      for (std::uint8_t& byte : datagram) byte = static_cast<std::uint8_t>(dice_.next());
      break;
    default: {
      const std::size_t at = dice_.below(datagram.size());
      datagram[at] ^= static_cast<std::uint8_t>(1 + dice_.below(255));
    }
  }
  return datagram;
}

void Adversary::give_good_mac1(Datagram& init, const Endpoint& gateway) {
  init.resize(kInitSize);
  init[0] = static_cast<std::uint8_t>(static_cast<unsigned>(WireType::handshake_init) << 4);
  init[8 + dice_.below(64)] ^= 0x5a;
  const std::size_t covered = kInitSize - kMacs;
  const Mac mac = mac1_of(sim_.public_key_of(gateway), ByteView(init).first(covered));
  std::ranges::copy(mac, init.begin() + static_cast<std::ptrdiff_t>(covered));
}

void Adversary::forge(std::size_t count) {
  for (std::size_t i = 0; i < count && !records_.empty(); ++i) {
    Record record = any();
    const bool is_init = record.uplink && dice_.chance(0.2);
    record.datagram = changed(record.datagram);
    if (is_init) give_good_mac1(record.datagram, record.gateway);
    if (record.datagram.empty()) continue;
    if (record.uplink) sim_.checkers().replays.forge(record.datagram);
    if (record.uplink && dice_.chance(0.7)) record.outside = own_source(record.gateway);
    send(record, dice_.between(1ms, 200ms));
  }
}

void Adversary::flood(std::size_t device, std::size_t count) {
  const AccessId path{static_cast<std::uint16_t>(device), 0};
  const Endpoint source = sim_.network().public_endpoint(path);
  std::vector<const Record*> theirs;
  for (const Record& record : records_) {
    if (record.uplink && record.outside == source) theirs.push_back(&record);
  }
  for (std::size_t i = 0; i < count && !theirs.empty(); ++i) {
    Record record = *theirs[dice_.below(theirs.size())];
    if (dice_.chance(0.5)) {
      const std::size_t header = std::min<std::size_t>(16, record.datagram.size() - 1);
      record.datagram[header] ^= static_cast<std::uint8_t>(1 + dice_.below(255));
      sim_.checkers().replays.forge(record.datagram);
    }
    if (dice_.chance(0.7)) record.outside = own_source(record.gateway);
    send(record, dice_.between(1ms, 1s));
  }
}

}  // namespace jvpn::sim
