// SPDX-License-Identifier: Apache-2.0
// Who answers for names while the tunnel is up. Whoever manages names on this system is asked to:
// systemd-resolved, else resolvconf; where nobody does, the file is replaced (resolv_file.h).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "client/os/resolv_file.h"

namespace jvpn::client {

class NameServers {
 public:
  struct System {
    std::optional<std::string> resolvectl;  ///< only where systemd-resolved runs
    std::optional<std::string> resolvconf;
    std::string file = "/etc/resolv.conf";
  };
  static System find_system();

  NameServers(System system, std::string tunnel);

  /// Clears away what a run that crashed has left. True: there was something.
  Result<bool> clear_leftover();
  /// No servers: as it was before the tunnel. Errors: what the tool said, or the file system.
  Result<void> set(std::span<const IpAddress> servers);
  Result<void> restore();
  /// "systemd-resolved", "resolvconf" or the file's name.
  std::string manager() const;

 private:
  Result<void> hand_over(std::span<const IpAddress> servers);
  Result<void> take_back();

  System system_;
  std::string tunnel_;
  ResolvFile file_;
  bool is_set_ = false;
};

}  // namespace jvpn::client
