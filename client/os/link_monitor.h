// SPDX-License-Identifier: Apache-2.0
// Watches the access interfaces: the kernel tells of links, addresses and routes as they change.
#pragma once

#include <functional>

#include "client/os/link_table.h"
#include "client/os/netlink.h"

namespace jvpn::client {

class LinkMonitor {
 public:
  /// Interfaces may be missing: they are watched for. Errors: rtnetlink refuses.
  static Result<LinkMonitor> open(std::vector<std::string> interfaces);

  int fd() const { return netlink_.fd(); }
  const LinkTable& table() const { return table_; }
  /// Reads what has been told, without waiting, and says what each message changed, in order.
  void drain(const std::function<void(LinkChange)>& told);

 private:
  LinkMonitor(Netlink netlink, LinkTable table)
      : netlink_(std::move(netlink)), table_(std::move(table)) {}
  Result<void> ask_all();

  Netlink netlink_;
  LinkTable table_;
};

}  // namespace jvpn::client
