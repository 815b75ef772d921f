// SPDX-License-Identifier: Apache-2.0
#include "client/os/link_monitor.h"

#include <linux/rtnetlink.h>

#include <cstring>

namespace jvpn::client {
namespace {

constexpr unsigned kGroups =
    RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;

}  // namespace

Result<LinkMonitor> LinkMonitor::open(std::vector<std::string> interfaces) {
  Result<Netlink> netlink = Netlink::open(kGroups);
  if (!netlink) return tl::unexpected(netlink.error());
  LinkMonitor monitor(std::move(*netlink), LinkTable(std::move(interfaces)));
  if (auto asked = monitor.ask_all(); !asked) return tl::unexpected(asked.error());
  return monitor;
}

/// By a socket of its own: on the watching one unasked messages would mix with the answers.
Result<void> LinkMonitor::ask_all() {
  Result<Netlink> asking = Netlink::open(0);
  if (!asking) return tl::unexpected(asking.error());
  table_.clear();
  const auto take = [this](const nlmsghdr& message) { table_.on_message(message); };
  for (const std::uint16_t kind : {RTM_GETLINK, RTM_GETADDR}) {
    if (auto dumped = asking->dump(kind, take); !dumped) {
      return fail(std::string("rtnetlink: ") + std::strerror(dumped.error()));
    }
  }
  return {};
}

void LinkMonitor::drain(const std::function<void(LinkChange)>& told) {
  const bool complete = netlink_.drain([&](const nlmsghdr& message) {
    const LinkChange change = table_.on_message(message);
    if (change.kind != LinkChange::Kind::nothing) told(change);
  });
  if (complete || !ask_all()) return;
  for (std::size_t i = 0; i < table_.size(); ++i) told({LinkChange::Kind::state, i});
}

}  // namespace jvpn::client
