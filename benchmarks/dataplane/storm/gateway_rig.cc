// SPDX-License-Identifier: Apache-2.0
#include "gateway_rig.h"

#include <rte_ethdev.h>

#include <cstdio>
#include <cstdlib>

#include "apps/common/clock.h"
#include "base/ensure.h"
#include "standing_clock.h"

namespace jvpn::bench {
namespace {

constexpr unsigned kFewCalls = 64;
constexpr std::uint64_t kPromptUs = 20;  ///< within which a worker that runs sees its slice
constexpr Duration kHeartbeat = 10s;
constexpr std::uint32_t kGatewayMb = 192;
constexpr std::size_t kBytesPerSession = 5 * 1024;

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().what.c_str());
    std::exit(2);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

PlaneConfig plane_of(const RigConfig& config) {
  PlaneConfig out;
  out.underlays.push_back({.device = "net_null0",
                           .address = *parse_prefix("198.51.100.1/24", true),
                           .address6 = {},
                           .next_hop = *parse_address("198.51.100.254"),
                           .next_hop6 = {}});
  out.plaintext = {.device = "net_null1",
                   .address = *parse_prefix("10.255.255.1/24", true),
                   .address6 = {},
                   .next_hop = *parse_address("10.255.255.2"),
                   .next_hop6 = {}};
  out.worker_cores = {config.worker_core};
  out.control_core = config.control_core;
  out.max_sessions = config.sessions + 16;
  out.memory_mb = config.memory_mb + kGatewayMb +
                  static_cast<std::uint32_t>(config.sessions * kBytesPerSession >> 20);
  out.pool_v4 = config.pool;
  return out;
}

/// As configured by default, but for heartbeats, which are no part of a storm, and for how often
/// one session may jump, since there are several storms a minute.
Policy policy() {
  Policy out;
  out.volatility.heartbeat_interval = kHeartbeat;
  out.volatility.heartbeat_volatile = 3 * kHeartbeat;
  out.volatility.transport_dead = 4 * kHeartbeat;
  out.switching.max_switches_per_min = 1000;
  out.limits.handshakes_per_s = 1'000'000;
  return out;
}

ControlConfig control_of(RigConfig config) {
  ControlConfig out;
  out.key = std::move(config.key);
  out.underlays = {{.v4 = true, .v6 = false}};
  out.peers = std::move(config.peers);
  out.policy = policy();
  must(validate(out.policy));
  return out;
}

Link link_of(const PortConfig& port, std::uint8_t index) {
  rte_ether_addr mac{};
  ensure(rte_eth_macaddr_get(index, &mac) == 0, "the port is open");
  Link link;
  link.device = index;
  link.index = index;
  link.plaintext = index != 0;
  std::memcpy(link.mac.data(), mac.addr_bytes, link.mac.size());
  link.address = port.address;
  link.next_hop = port.next_hop;
  link.udp_port = port.udp_port;
  return link;
}

Duration duration_of(std::uint64_t cycles) {
  return Duration(static_cast<std::int64_t>(static_cast<double>(cycles) * 1e9 /
                                            static_cast<double>(rte_get_tsc_hz())));
}

}  // namespace

GatewayRig::GatewayRig(RigConfig config) {
  const PlaneConfig shape = plane_of(config);
  plane_ = must(DataPlane::start(shape));
  links_ = {link_of(shape.underlays[0], 0), link_of(shape.plaintext, 1)};
  take_ports();
  loop_.emplace(control_of(std::move(config)), *plane_, must(AeadEngine::create()),
                ControlLoop::Files{});
  must(plane_->launch());
  loop_->start(boot_now());
  stand_still(rte_rdtsc());
}

GatewayRig::~GatewayRig() {
  line_->gate.open();
  plane_->stop();
}

/// The devices are there, so that the plane has opened and set up something; from here on their two
/// functions are ours.
void GatewayRig::take_ports() {
  line_.emplace();
  line_->ports[kUnderlay].set_hook(0, &line_->gate);
}

void GatewayRig::feed_port(Side side) {
  MemoryPort& port = line_->ports[side];
  Feed& feed = feeds_[side];
  if (!feed.due.empty()) {
    port.feed_paced(0, feed.frames, feed.due.data());
  } else if (side == kUnderlay) {
    // Beside data at the other port: spread over the calls that those will take.
    const std::size_t calls = (feeds_[kPlaintext].frames.size() + kBurst - 1) / kBurst;
    port.feed_evenly(0, feed.frames, calls);
  } else {
    port.feed(0, feed.frames);
  }
  Sent& sent = sent_[side];
  sent_before_[side] = port.sent(0);
  port.keep_sent(0, sent.frames.data());
  port.note_times(0, sent.times.data());
}

/// Returns when (TSC).
std::uint64_t GatewayRig::begin_slice(unsigned least_calls) {
  for (const Side side : {kUnderlay, kPlaintext}) feed_port(side);
  const std::uint64_t begin = rte_rdtsc();
  line_->gate.release(least_calls);
  return begin;
}

/// After the slice: what was sent, and clean feeds.
void GatewayRig::end_slice() {
  for (const Side side : {kUnderlay, kPlaintext}) {
    sent_[side].count = line_->ports[side].sent(0) - sent_before_[side];
    ensure(sent_[side].count <= Sent::kMost, "a slice's frames have room");
    feeds_[side].frames.clear();
    feeds_[side].due.clear();
  }
}

void GatewayRig::turn_control() {
  const std::uint64_t begin = rte_rdtsc();
  const Instant now = boot_now();
  const Found found = loop_->turn(now);
  if (found != Found::nothing) control_cycles_ += static_cast<double>(rte_rdtsc() - begin);
  rest(naps_.after(found, false, now));
}

void GatewayRig::rest(Duration nap) {
  const std::uint64_t until =
      rte_rdtsc() + static_cast<std::uint64_t>(nap.count()) * (rte_get_tsc_hz() / 1'000'000) / 1000;
  while (!line_->gate.is_over() && rte_rdtsc() < until) rte_pause();
}

void GatewayRig::stand_still(std::uint64_t since) {
  stands_since_ = since;
  now_ = boot_now() - duration_of(rte_rdtsc() - since);
}

SliceTime GatewayRig::run_slice() {
  leave_out(duration_of(rte_rdtsc() - stands_since_));
  plane_->renew_clock();  // otherwise the worker's goes on, and then waits for the others
  const long switches = involuntary_switches();
  const std::uint64_t begin = begin_slice(0);
  const SliceGate& gate = line_->gate;
  while (!gate.is_over() && rte_rdtsc() < begin + debt_) rte_pause();
  while (!gate.is_over()) turn_control();
  SliceTime took = gate.took();
  const bool prompt = took.begin < begin + kPromptUs * (rte_get_tsc_hz() / 1'000'000);
  took.undisturbed = took.undisturbed && prompt && involuntary_switches() == switches;
  began_at_ = took.begin;
  debt_ = std::max(rte_rdtsc(), begin + debt_) - took.end;
  stand_still(took.end);
  end_slice();
  return took;
}

void GatewayRig::run_untimed() {
  begin_slice(kFewCalls);
  turn_control();
  while (!line_->gate.is_over()) rte_pause();
  debt_ = 0;
  stand_still(rte_rdtsc());
  end_slice();
}

}  // namespace jvpn::bench
