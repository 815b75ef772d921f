// SPDX-License-Identifier: Apache-2.0
#include "apps/client/loop.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>

#include <thread>

#include "apps/client/narrate.h"
#include "apps/common/clock.h"

namespace jvpn::client {
namespace {

constexpr Duration kSilenceBeforeWarning = 10s;
constexpr unsigned long kTimerSlackNs = 1000;

}  // namespace

struct Loop::Parts {
  std::unique_ptr<AeadEngine> engine;
  Poller poller;
  Tun tun;
  std::unique_ptr<Surroundings> surroundings;
  LinkMonitor links;
  EventLog events;
};

Result<std::unique_ptr<Loop>> Loop::create(ClientConfig config) {
  Result<AeadEngine> engine = AeadEngine::create();
  if (!engine) return tl::unexpected(engine.error());
  Result<Poller> poller = Poller::create();
  if (!poller) return tl::unexpected(poller.error());
  Result<LinkMonitor> links = LinkMonitor::open(config.access);
  if (!links) return tl::unexpected(links.error());
  Result<EventLog> events = EventLog::open(config.events_file);
  if (!events) return fail(config.events_origin + " = " + events.error().what);
  Result<Tun> tun = Tun::create(config.tunnel_interface);
  if (!tun) return fail(config.tunnel_origin + ": " + tun.error().what);
  // Behind the tunnel's name: another client that runs keeps its own kill switch.
  auto surroundings = Surroundings::prepare(config, NameServers::find_system());
  if (!surroundings) return tl::unexpected(surroundings.error());
  for (const auto& [fd, source] : {std::pair{links->fd(), Poller::Source::link},
                                   std::pair{tun->device().fd(), Poller::Source::tunnel}}) {
    if (auto watched = poller->watch(fd, source); !watched) return tl::unexpected(watched.error());
  }
  Parts parts{std::make_unique<AeadEngine>(std::move(*engine)),
              std::move(*poller),
              std::move(*tun),
              std::move(*surroundings),
              std::move(*links),
              std::move(*events)};
  return std::unique_ptr<Loop>(new Loop(std::move(config), std::move(parts)));
}

Loop::Loop(ClientConfig config, Parts parts)
    : config_(std::move(config)),
      engine_(std::move(parts.engine)),
      poller_(std::move(parts.poller)),
      tun_(std::move(parts.tun)),
      surroundings_(std::move(parts.surroundings)),
      links_(std::move(parts.links)),
      events_(std::move(parts.events)),
      sockets_(config_.access,
               [this](const UdpSocket& socket, std::size_t slot) {
                 const auto number = static_cast<std::uint32_t>(slot);
                 if (auto watched = poller_.watch(socket.fd(), Poller::Source::socket, number);
                     !watched) {
                   spdlog::error("{}", watched.error().what);
                 }
               }),
      agent_(std::move(config_.settings), random_, *engine_),
      packets_(tun_, agent_, sockets_) {}

Loop::~Loop() = default;

Result<void> Loop::run() {
  prctl(PR_SET_TIMERSLACK, kTimerSlackNs);  // or a rest of 50 µs would be one of 100
  now_ = boot_now();
  spdlog::info("tunnel {}: offloads: {}", config_.tunnel_interface,
               to_string(tun_.device().offload()));
  silent_since_ = now_;
  for (std::size_t i = 0; i < links_.table().size(); ++i) {
    if (!links_.table().exists(i)) {
      spdlog::warn("interface {} does not exist yet; waiting for it", links_.table().name(i));
    }
    update_path(i);
  }
  agent_.on_tick(now_, actions_);
  carry_out();
  while (!agent_.closed() && signals_ < 2) {
    fit_tunnel_interest();
    const auto ready = poller_.wait(agent_.next_deadline(now_));
    now_ = boot_now();
    for (const Poller::Ready& what : ready) {
      if (what.source == Poller::Source::signal) on_signal();
      if (what.source == Poller::Source::link) on_links();
      if (what.source == Poller::Source::socket) on_socket(what.slot);
      if (what.source == Poller::Source::tunnel) on_tunnel();
    }
    if (agent_.next_deadline(now_) <= now_) agent_.on_tick(now_, actions_);
    carry_out();
    complain_of_silence();
    rest();
  }
  tell_counters();
  return outcome_;
}

void Loop::tell_counters() {
  std::string line;
  const TrafficCounters& counters = agent_.counters();
#define X(name) \
  if (counters.name != 0) line += fmt::format(" {}={}", #name, counters.name);
  JVPN_CLIENT_COUNTERS(X)
#undef X
  spdlog::info("packets:{}", line.empty() ? " none" : line);
}

void Loop::update_path(std::size_t interface) {
  const PathId path{static_cast<std::uint8_t>(interface)};
  const PathState state = sockets_.refresh(path, links_.table().state(interface));
  agent_.on_path(path, state, now_, actions_);
  carry_out();
}

void Loop::on_links() {
  links_.drain([this](LinkChange change) {
    if (change.kind == LinkChange::Kind::state) {
      update_path(change.interface);
    } else {
      agent_.on_route_hint(PathId{static_cast<std::uint8_t>(change.interface)}, now_, actions_);
    }
  });
}

void Loop::on_socket(std::size_t slot) {
  const std::optional<UdpSocket>& socket = sockets_.at(slot);
  if (!socket) return;  // closed by an event before this one
  packets_.receive(*socket, AccessSockets::path_of(slot), now_, actions_);
}

void Loop::on_tunnel() {
  if (agent_.gate(now_) == Gate::hold) return;
  if (!packets_.send_waiting()) fail_with_tunnel("was removed");
}

/// Nobody could use the session any more: it ends, and the program with it.
void Loop::fail_with_tunnel(const std::string& what) {
  outcome_ = fail("tunnel interface " + config_.tunnel_interface + ": " + what);
  agent_.shutdown(now_, actions_);
}

void Loop::fit_tunnel_interest() {
  const bool wanted = agent_.gate(now_) != Gate::hold;
  if (wanted == tunnel_wanted_) return;
  tunnel_wanted_ = wanted;
  poller_.set_wanted(tun_.device().fd(), Poller::Source::tunnel, wanted);
}

void Loop::on_signal() {
  if (++signals_ == 1) spdlog::info("ending the session");
  agent_.shutdown(now_, actions_);
}

void Loop::complain_of_silence() {
  if (agent_.status().state != State::birth) {
    silent_since_ = now_;
  } else if (now_ - silent_since_ > kSilenceBeforeWarning) {
    silent_since_ = now_;
    spdlog::warn(
        "no answer from the gateway: is it reachable, is public_key its key, and does it "
        "know ours? Trying on");
  }
}

void Loop::rest() {
  const Duration time = moderation_.rest(now_, packets_.moved());
  if (time > Duration{}) std::this_thread::sleep_for(time);
}

void Loop::carry_out() {
  while (!actions_.empty()) {
    doing_.swap(actions_);
    for (const Action& action : doing_) {
      std::visit([this](const auto& wanted) { carry_out(wanted); }, action);
    }
    doing_.clear();
  }
}

void Loop::carry_out(const SendDatagram& send) {
  UdpSocket* socket = sockets_.find(send.route);
  const ByteView payload(send.payload);
  if (socket != nullptr) socket->send(std::span(&payload, 1), send.route.gateway);
}

void Loop::carry_out(const ConfigureTunnel& tunnel) {
  if (auto configured = tun_.configure(tunnel, config_.routes); !configured) {
    return fail_with_tunnel(configured.error().what);
  }
  surroundings_->use_names(tunnel.dns);
  spdlog::info("tunnel {}: addresses {} {}, MTU {}", config_.tunnel_interface,
               tunnel.inner_v4.is_unset() ? "-" : to_string(tunnel.inner_v4),
               tunnel.inner_v6.is_unset() ? "-" : to_string(tunnel.inner_v6), tunnel.mtu);
}

void Loop::carry_out(const AllowEndpoints& allowed) {
  surroundings_->allow(allowed.endpoints);
}

void Loop::carry_out(const WriteEvent& event) {
  if (!events_.write(event.event, wall_ms())) {
    spdlog::error("events_file: a line could not be written");
  }
  narrate(event.event);
}

}  // namespace jvpn::client
