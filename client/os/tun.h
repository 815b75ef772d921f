// SPDX-License-Identifier: Apache-2.0
// The tunnel interface as a part of the system: its addresses, its MTU and what is routed into it.
// It is not persistent: interface, addresses and routes vanish with the object, however the process
// ends. Packets pass through device().
#pragma once

#include <span>
#include <string>
#include <vector>

#include "client/action.h"
#include "client/os/netlink.h"
#include "client/os/tun_device.h"

namespace jvpn::client {

class Tun {
 public:
  /// Creates the interface, still down. Errors: as TunDevice::create().
  static Result<Tun> create(const std::string& name);

  TunDevice& device() { return device_; }
  /// As configured last; 0 before that.
  std::uint16_t mtu() const { return current_.mtu; }
  /// Sets addresses (instead of earlier ones) and MTU, brings it up and routes `routes` into it,
  /// those of a family without inner address left out. A default route becomes its two halves; a
  /// route that somebody else has already is an error, for it could not be put back. Errors: the
  /// kernel's, with what was asked of it.
  Result<void> configure(const ConfigureTunnel& wanted, std::span<const IpPrefix> routes);

 private:
  Tun(TunDevice device, Netlink netlink, std::string name, unsigned index)
      : device_(std::move(device)),
        netlink_(std::move(netlink)),
        name_(std::move(name)),
        index_(index) {}
  Result<void> set_sizes(std::uint16_t mtu);
  Result<void> bring_up();
  Result<void> change_address(const IpAddress& address, bool add);
  Result<void> add_route(const IpPrefix& prefix);
  static std::vector<IpPrefix> parts_of(const IpPrefix& prefix);
  Result<void> carry_out(NetlinkRequest& request, const std::string& what);

  TunDevice device_;
  Netlink netlink_;
  std::string name_;
  unsigned index_;
  ConfigureTunnel current_;
  std::vector<IpPrefix> routes_;  ///< ours
};

}  // namespace jvpn::client
