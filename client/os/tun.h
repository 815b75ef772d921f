// SPDX-License-Identifier: Apache-2.0
// The tunnel interface: inner packets as the kernel routes them, one per read and write. It is not
// persistent: interface, addresses and routes vanish with the object, however the process ends.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client/action.h"
#include "client/os/file_handle.h"
#include "client/os/netlink.h"

namespace jvpn::client {

class Tun {
 public:
  /// Creates the interface, still down. Errors, each with what to do: /dev/net/tun missing, no
  /// CAP_NET_ADMIN, name taken or not a name.
  static Result<Tun> create(const std::string& name);

  int fd() const { return file_.get(); }
  /// Sets addresses (instead of earlier ones) and MTU, brings it up and routes `routes` into it,
  /// those of a family without inner address left out. A default route becomes its two halves; a
  /// route that somebody else has already is an error, for it could not be put back. Errors: the
  /// kernel's, with what was asked of it.
  Result<void> configure(const ConfigureTunnel& wanted, std::span<const IpPrefix> routes);

  /// One packet, without waiting: its size, or 0 when there is none. Nothing: somebody removed the
  /// interface.
  std::optional<std::size_t> read(ByteSpan into);
  /// False: the kernel did not take it (interface down, queue full).
  bool write(ByteView packet);

 private:
  Tun(FileHandle file, Netlink netlink, std::string name, unsigned index)
      : file_(std::move(file)),
        netlink_(std::move(netlink)),
        name_(std::move(name)),
        index_(index) {}
  Result<void> set_mtu(std::uint16_t mtu);
  Result<void> bring_up();
  Result<void> change_address(const IpAddress& address, bool add);
  Result<void> add_route(const IpPrefix& prefix);
  static std::vector<IpPrefix> parts_of(const IpPrefix& prefix);
  Result<void> carry_out(NetlinkRequest& request, const std::string& what);

  FileHandle file_;
  Netlink netlink_;
  std::string name_;
  unsigned index_;
  ConfigureTunnel current_;
  std::vector<IpPrefix> routes_;  ///< ours
};

}  // namespace jvpn::client
