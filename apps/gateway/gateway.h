// SPDX-License-Identifier: Apache-2.0
// The gateway put together: files and socket, data plane, control loop, API. Made in the order in
// which things can fail cheaply, ended in the reverse; a failed start leaves nothing behind.
#pragma once

#include <memory>

#include "apps/gateway/api.h"
#include "apps/gateway/config.h"
#include "apps/gateway/control_loop.h"
#include "apps/gateway/stop_signal.h"

namespace jvpn {

class Gateway final : private OperatorDesk {
 public:
  /// Errors say where in the configuration the cause stands.
  static Result<std::unique_ptr<Gateway>> start(GatewayConfig config);
  ~Gateway() override;

  /// The control thread: returns when a signal came, after every client was told.
  void run(StopSignal& stop);

 private:
  Gateway(GatewayInfo info, std::unique_ptr<DataPlane> plane);
  Result<void> begin(GatewayConfig& config, ControlLoop::Files files, SocketFile socket);
  void end();
  /// Reads the configuration file again and takes its policy.
  void reload();
  /// Keeps the policy that is in force, or refuses the one that cannot be.
  void settle_policy(const std::string& trouble);
  void keep();
  void say_refused(const std::string& why);

  std::vector<SessionInfo> sessions() override;
  bool terminate(const SessionId& id) override;
  bool rekey(const SessionId& id) override;
  Policy policy() override { return loop_->policy(); }
  std::map<std::string, std::uint64_t> counters() override;
  GatewayInfo gateway() override;
  PlaneReport workers() override { return plane_->report(); }

  std::string config_file_;
  std::string last_policy_file_;
  GatewayInfo info_;
  Instant started_;
  std::unique_ptr<DataPlane> plane_;
  std::optional<ControlLoop> loop_;
  DeskQueue queue_;
  std::optional<Api> api_;
};

}  // namespace jvpn
