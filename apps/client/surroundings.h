// SPDX-License-Identifier: Apache-2.0
// What the client changes of the system besides its tunnel: who answers for names, and what may
// leave at all. All of it is put back at a clean end; what a crash has left is found at the next
// start, and said.
#pragma once

#include <memory>

#include "apps/client/config.h"
#include "client/os/name_servers.h"

namespace jvpn::client {

class Surroundings {
 public:
  /// Closes the kill switch, if one is wanted, before anything is sent. Errors: it cannot be
  /// closed; then the client must not start.
  static Result<std::unique_ptr<Surroundings>> prepare(const ClientConfig& config,
                                                       NameServers::System system);
  ~Surroundings();
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

  /// The gateway may be sent to at these endpoints from now on.
  void allow(const std::vector<Endpoint>& endpoints);
  void use_names(std::span<const IpAddress> servers);

 private:
  Surroundings(const ClientConfig& config, NameServers::System system);
  Result<void> begin();

  std::string tunnel_;
  std::vector<std::string> access_;
  std::vector<Endpoint> endpoints_;
  std::string kill_switch_origin_;
  bool kill_switch_;
  bool use_dns_;
  NameServers names_;
  std::vector<IpAddress> servers_;
};

}  // namespace jvpn::client
