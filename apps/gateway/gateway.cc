// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/gateway.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <thread>

#include "apps/common/clock.h"
#include "apps/gateway/last_policy.h"
#include "apps/gateway/nap.h"
#include "apps/gateway/preflight.h"
#include "apps/gateway/startup_log.h"

namespace jvpn {
namespace {

/// How long the last datagrams may take from the inject ring to the wire.
constexpr Duration kFarewell = 20ms;

GatewayInfo info_of(const GatewayConfig& config) {
  GatewayInfo info;
  info.version = JVPN_VERSION;
  info.node_id = config.plane.node;
  info.worker_cores = config.plane.worker_cores;
  info.control_core = config.plane.control_core;
  info.power = config.plane.power == Power::poll ? "poll" : "adaptive";
  info.policy_version = config.control.policy.version;
  info.peers = config.control.peers.size();
  return info;
}

Result<std::optional<AuditFile>> open_audit(const ConfiguredPath& configured) {
  if (configured.path.empty()) return std::nullopt;
  auto file = AuditFile::open(configured.path);
  if (!file) return fail(fmt::format("{}: {}", configured.origin, file.error().what));
  return std::optional<AuditFile>(std::move(*file));
}

Result<std::optional<FlightFile>> open_flight(const std::string& path) {
  if (path.empty()) return std::nullopt;
  auto file = FlightFile::create(path);
  if (!file) return tl::unexpected(file.error());
  return std::optional<FlightFile>(std::move(*file));
}

}  // namespace

Gateway::Gateway(GatewayInfo info, std::unique_ptr<DataPlane> plane)
    : info_(std::move(info)), started_(boot_now()), plane_(std::move(plane)) {}

Gateway::~Gateway() {
  queue_.close();
  api_.reset();
  plane_->stop();
}

Result<std::unique_ptr<Gateway>> Gateway::start(GatewayConfig config) {
  if (auto allowed = check_privileges(config.plane); !allowed) {
    return fail(located(config, allowed.error().what));
  }
  auto audit = open_audit(config.audit_file);
  if (!audit) return tl::unexpected(audit.error());
  auto flight = open_flight(config.flight_file);
  if (!flight) return tl::unexpected(flight.error());
  auto socket = SocketFile::claim(config.control_socket.path);
  if (!socket) {
    return fail(fmt::format("{}: {}", config.control_socket.origin, socket.error().what));
  }
  auto plane = DataPlane::start(config.plane);
  if (!plane) return fail(located(config, plane.error().what));
  std::unique_ptr<Gateway> gateway(new Gateway(info_of(config), std::move(*plane)));
  auto begun = gateway->begin(config, {std::move(*audit), std::move(*flight)}, std::move(*socket));
  if (!begun) return tl::unexpected(begun.error());
  return gateway;
}

Result<void> Gateway::begin(GatewayConfig& config, ControlLoop::Files files, SocketFile socket) {
  config_file_ = config.file;
  last_policy_file_ = config.last_policy_file;
  info_.memory = plane_->memory_kind();
  auto aead = AeadEngine::create();
  if (!aead) return tl::unexpected(aead.error());
  log_startup(config, *plane_);
  loop_.emplace(std::move(config.control), *plane_, std::move(*aead), std::move(files));
  if (auto launched = plane_->launch(); !launched)
    return fail(located(config, launched.error().what));
  loop_->start(boot_now());
  settle_policy(config.refused_policy);
  auto api = Api::start(std::move(socket), queue_);
  if (!api) return fail(fmt::format("{}: {}", config.control_socket.origin, api.error().what));
  api_.emplace(std::move(*api));
  return {};
}

void Gateway::run(StopSignal& stop) {
  Naps naps;
  Duration nap{};
  while (!stop.wait(nap)) {
    if (stop.take_reload()) reload();
    const Instant now = boot_now();
    const Found found = loop_->turn(now);
    const bool asked = queue_.serve(*this) != 0;
    nap = naps.after(found, asked, now);
  }
  end();
}

void Gateway::settle_policy(const std::string& trouble) {
  if (trouble.empty()) return keep();
  loop_->refuse_policy(trouble, boot_now());
  say_refused(trouble);
}

void Gateway::keep() {
  const auto kept = keep_policy(last_policy_file_, loop_->policy());
  if (!kept) spdlog::warn("the policy cannot be kept for a restart: {}", kept.error().what);
}

void Gateway::say_refused(const std::string& why) {
  spdlog::error("policy {} stays in force, no session is born until this is mended: {}",
                loop_->policy().version, why);
}

void Gateway::reload() {
  auto config = load_gateway_config(config_file_);
  if (!config) return settle_policy(config.error().what);
  const auto applied = loop_->apply_policy(std::move(config->control.policy), boot_now());
  if (!applied) return say_refused(applied.error().what);
  spdlog::info("policy {} is in force", loop_->policy().version);
  keep();
}

void Gateway::end() {
  queue_.close();
  const Instant until = boot_now() + kFarewell;
  loop_->end_sessions(boot_now());
  while (boot_now() < until) {
    loop_->turn(boot_now());
    std::this_thread::sleep_for(Naps::kNap);
  }
  plane_->stop();
}

std::vector<SessionInfo> Gateway::sessions() {
  return loop_->sessions(boot_now());
}

bool Gateway::terminate(const SessionId& id) {
  return loop_->terminate(id, boot_now());
}

bool Gateway::rekey(const SessionId& id) {
  return loop_->rekey(id, boot_now());
}

std::map<std::string, std::uint64_t> Gateway::counters() {
  return loop_->counters();
}

GatewayInfo Gateway::gateway() {
  GatewayInfo now = info_;
  now.policy_version = loop_->policy().version;
  now.uptime_ms = to_ms(boot_now() - started_);
  return now;
}

}  // namespace jvpn
