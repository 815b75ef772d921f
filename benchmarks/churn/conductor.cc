// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/conductor.h"

#include <algorithm>

#include "apps/common/clock.h"
#include "benchmarks/churn/signals.h"

namespace jvpn::churn {
namespace {

constexpr Duration kLongestWait = 100ms;
constexpr std::size_t kBurstsATurn = 4;
constexpr const char* kNames[] = {"births", "calm", "storm", "steady", "drain", "ends", "done"};

}  // namespace

Conductor::Conductor(Stage stage, UdpPort sink)
    : stage_(std::move(stage)), sink_(std::move(sink)), gateway_(stage_.options.gateway_pid) {
  members_.resize(stage_.options.who.count);
  for (const UdpPort& port : stage_.ports) wanted_.push_back({port.fd(), POLLIN, 0});
  wanted_.push_back({sink_.fd(), POLLIN, 0});
}

Result<std::unique_ptr<Conductor>> Conductor::create(const Options& options) {
  auto engine = AeadEngine::create();
  if (!engine) return tl::unexpected(engine.error());
  const SourcePlan sources(options.sources, options.who.count, options.sockets);
  const std::uint32_t last = options.who.count - 1;
  for (const std::uint32_t session : {0u, last}) {
    const IpAddress address = sources.source(session, sources.turns() - 1).address;
    if (auto local = check_local(address, options.sources); !local) {
      return tl::unexpected(local.error());
    }
  }
  std::vector<UdpPort> ports;
  for (std::uint32_t i = 0; i < options.sockets; ++i) {
    auto port = UdpPort::open({IpAddress::v4(0), 0});
    if (!port) return tl::unexpected(port.error());
    ports.push_back(std::move(*port));
  }
  auto sink = UdpPort::open(options.sink);
  if (!sink) return fail("--sink: " + sink.error().what);
  Stage stage{.options = options,
              .sources = sources,
              .ports = std::move(ports),
              .engine = std::move(*engine),
              .random = {},
              .timers = TimerWheel(std::size_t{options.who.count} * kAlarms, boot_now()),
              .tally = {},
              .put_off = {},
              .actions = {},
              .doing = {},
              .delivery = {}};
  return std::unique_ptr<Conductor>(new Conductor(std::move(stage), std::move(*sink)));
}

void Conductor::run() {
  now_ = boot_now();
  enter(Phase::births);
  while (phase_ != Phase::done) turn();
  finish();
}

void Conductor::turn() {
  wait();
  receive();
  now_ = boot_now();
  stage_.timers.expire(now_, [this](std::uint32_t timer) {
    members_[timer / kAlarms]->on_alarm(static_cast<Alarm>(timer % kAlarms), boot_now());
  });
  heed_signals();
  begin_jumps();
  work();
  for (UdpPort& port : stage_.ports) port.flush();
  sink_.flush();
  watch_memory();
  if (is_terminal())
    progress_.show(stage_.tally, kNames[static_cast<std::size_t>(phase_)], began_, now_);
}

bool Conductor::is_busy() const {
  const bool rounds = phase_ == Phase::storm || phase_ == Phase::ends;
  if (rounds) return cursor_ < members_.size();
  return phase_ == Phase::births && cursor_ < members_.size() && stage_.options.births_per_s == 0 &&
         cursor_ - stage_.tally.births < stage_.options.births_at_once;
}

void Conductor::wait() {
  now_ = boot_now();
  Duration left = std::min<Duration>(kLongestWait, stage_.timers.next() - now_);
  if (phase_ == Phase::births && stage_.options.births_per_s > 0)
    left = std::min<Duration>(left, 1ms);
  if (is_busy()) left = Duration::zero();
  left = std::max(left, Duration::zero());
  const timespec time{left / 1s, static_cast<long>((left % 1s).count())};
  if (ppoll(wanted_.data(), wanted_.size(), &time, nullptr) > 0) return;
  for (pollfd& one : wanted_) one.revents = 0;
}

void Conductor::receive() {
  for (std::size_t i = 0; i < stage_.ports.size(); ++i) {
    for (std::size_t n = 0; n < kBurstsATurn && wanted_[i].revents != 0; ++n) {
      if (!receive_by(stage_.ports[i])) break;
    }
  }
  for (std::size_t n = 0; n < kBurstsATurn && wanted_.back().revents != 0; ++n) {
    if (!receive_at_sink()) break;
  }
}

bool Conductor::receive_by(UdpPort& port) {
  const auto arrivals = port.receive();
  for (const UdpPort::Arrival& arrival : arrivals) {
    const auto session = stage_.sources.session_of(arrival.to);
    if (session && members_[*session]) {
      members_[*session]->receive(arrival, boot_now());
    } else {
      ++stage_.tally.strays;
    }
  }
  return arrivals.size() == UdpPort::kBurst;
}

/// Those that were put off, as far as there is room now.
void Conductor::begin_jumps() {
  while (!stage_.put_off.empty() && stage_.tally.jumping < stage_.options.jumps_at_once) {
    const std::uint32_t session = stage_.put_off.front();
    stage_.put_off.pop_front();
    members_[session]->jump_by_interval(boot_now());
  }
}

/// Uplink data as it comes out of the gateway.
bool Conductor::receive_at_sink() {
  const auto arrivals = sink_.receive();
  for (const UdpPort::Arrival& arrival : arrivals) {
    const auto stamp = read_stamp(arrival.payload);
    if (!stamp) continue;  // some stranger's packet
    if (stamp->session >= members_.size() || !members_[stamp->session] ||
        arrival.from.address != stage_.options.who.inner(stamp->session)) {
      ++stage_.tally.violations.wrong_session_packets;
      continue;
    }
    const auto answer = members_[stamp->session]->answer_of(*stamp);
    if (!answer) continue;
    Bytes<UdpPort::kMostBytes> bytes{};
    write_stamp(*answer, bytes);
    sink_.send(ByteView(bytes).first(arrival.payload.size()), arrival.from);
  }
  return arrivals.size() == UdpPort::kBurst;
}

/// The first signal ends the run early, but in order; the second at once.
void Conductor::heed_signals() {
  if (take_storm_request() && phase_ == Phase::steady) {
    for (const auto& member : members_) member->jump(stage_.tally.steady, now_, boot_now());
  }
  if (stop_requests() == 0) return;
  if (stop_requests() > 1) return enter(Phase::done);
  if (std::exchange(results_.interrupted, true)) return;
  if (phase_ < Phase::drain) enter(Phase::drain);
}

void Conductor::finish() {
  for (const auto& member : members_) {
    if (member) member->settle_numbers();
  }
  Tally& tally = stage_.tally;
  tally.violations.duplicate_deliveries = tally.up.duplicated + tally.down.duplicated;
  tally.violations.wrong_session_packets += tally.up.unknown + tally.down.unknown;
  for (const UdpPort& port : stage_.ports) {
    results_.refused_datagrams += port.refused();
    results_.overrun_datagrams += port.overrun();
  }
  results_.refused_datagrams += sink_.refused();
  results_.overrun_datagrams += sink_.overrun();
  show("");
}

}  // namespace jvpn::churn
