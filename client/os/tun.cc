// SPDX-License-Identifier: Apache-2.0
#include "client/os/tun.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

extern "C" unsigned if_nametoindex(const char*);  // <net/if.h> and <linux/if.h> do not go together

namespace jvpn::client {
namespace {

/// What the kernel keeps for us while somebody else has the processor: 10 ms and more of the
/// smallest packets, at 300 000 a second. TUN's own 500 lose some of a steady flow.
constexpr std::uint32_t kQueuePackets = 4000;

void put_address(nlmsghdr* message, std::uint16_t kind, const IpAddress& address) {
  if (address.is_v4()) {
    mnl_attr_put(message, kind, 4, address.v4_octets().data());
  } else {
    mnl_attr_put(message, kind, 16, address.bytes.data());
  }
}

unsigned char family_of(const IpAddress& address) {
  return address.is_v4() ? AF_INET : AF_INET6;
}

}  // namespace

Result<Tun> Tun::create(const std::string& name) {
  Result<TunDevice> device = TunDevice::create(name);
  if (!device) return tl::unexpected(device.error());
  Result<Netlink> netlink = Netlink::open(0);
  if (!netlink) return tl::unexpected(netlink.error());
  const unsigned index = if_nametoindex(name.c_str());
  return Tun(std::move(*device), std::move(*netlink), name, index);
}

Result<void> Tun::carry_out(NetlinkRequest& request, const std::string& what) {
  const Result<void, int> done = netlink_.ask(request);
  if (done) return {};
  return fail(name_ + ": " + what + ": " + std::strerror(done.error()));
}

Result<void> Tun::set_sizes(std::uint16_t mtu) {
  NetlinkRequest request(RTM_NEWLINK, 0);
  request.body<ifinfomsg>().ifi_index = static_cast<int>(index_);
  mnl_attr_put_u32(request.header(), IFLA_MTU, mtu);
  mnl_attr_put_u32(request.header(), IFLA_TXQLEN, kQueuePackets);
  // No link-local address: the gateway would refuse what the kernel sends from it. The kernel looks
  // at this after the flags, so it has to be there before the interface comes up.
  nlattr* families = mnl_attr_nest_start(request.header(), IFLA_AF_SPEC);
  nlattr* v6 = mnl_attr_nest_start(request.header(), AF_INET6);
  mnl_attr_put_u8(request.header(), IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
  mnl_attr_nest_end(request.header(), v6);
  mnl_attr_nest_end(request.header(), families);
  return carry_out(request, "set MTU " + std::to_string(mtu));
}

Result<void> Tun::bring_up() {
  NetlinkRequest request(RTM_NEWLINK, 0);
  auto& about = request.body<ifinfomsg>();
  about.ifi_index = static_cast<int>(index_);
  about.ifi_flags = IFF_UP;
  about.ifi_change = IFF_UP;
  return carry_out(request, "bring up");
}

Result<void> Tun::change_address(const IpAddress& address, bool add) {
  const std::uint16_t flags = add ? NLM_F_CREATE | NLM_F_REPLACE : 0;
  NetlinkRequest request(add ? RTM_NEWADDR : RTM_DELADDR, flags);
  auto& about = request.body<ifaddrmsg>();
  about.ifa_family = family_of(address);
  about.ifa_prefixlen = address.is_v4() ? 32 : 128;
  about.ifa_flags = IFA_F_NODAD;  // nobody else is on this link
  about.ifa_index = index_;
  put_address(request.header(), IFA_LOCAL, address);
  put_address(request.header(), IFA_ADDRESS, address);
  return carry_out(request, (add ? "add address " : "remove address ") + to_string(address));
}

Result<void> Tun::add_route(const IpPrefix& prefix) {
  NetlinkRequest request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
  auto& about = request.body<rtmsg>();
  about.rtm_family = family_of(prefix.address);
  about.rtm_dst_len = prefix.length;
  about.rtm_table = RT_TABLE_MAIN;
  about.rtm_protocol = RTPROT_STATIC;
  about.rtm_scope = prefix.address.is_v4() ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  about.rtm_type = RTN_UNICAST;
  put_address(request.header(), RTA_DST, prefix.address);
  mnl_attr_put_u32(request.header(), RTA_OIF, index_);
  const Result<void, int> done = netlink_.ask(request);
  const bool is_ours = std::find(routes_.begin(), routes_.end(), prefix) != routes_.end();
  if (done || (done.error() == EEXIST && is_ours)) {
    if (!is_ours) routes_.push_back(prefix);
    return {};
  }
  const std::string what = name_ + ": route " + to_string(prefix) + " into it: ";
  if (done.error() == EEXIST) return fail(what + "such a route is there already, another way");
  return fail(what + std::strerror(done.error()));
}

/// The default route stays what it is, for the access networks need it: two halves, each more
/// specific, lead into the tunnel instead of it.
std::vector<IpPrefix> Tun::parts_of(const IpPrefix& prefix) {
  if (prefix.length != 0) return {prefix};
  IpPrefix low{prefix.address, 1};
  IpPrefix high = low;
  high.address.bytes[prefix.address.is_v4() ? 12 : 0] = 0x80;
  return {low, high};
}

Result<void> Tun::configure(const ConfigureTunnel& wanted, std::span<const IpPrefix> routes) {
  if (auto set = set_sizes(wanted.mtu); !set) return set;
  if (auto up = bring_up(); !up) return up;
  const std::pair<IpAddress, IpAddress> pairs[] = {{current_.inner_v4, wanted.inner_v4},
                                                   {current_.inner_v6, wanted.inner_v6}};
  for (const auto& [before, after] : pairs) {
    if (before != after && !before.is_unset()) {
      if (auto removed = change_address(before, false); !removed) return removed;
    }
    if (after.is_unset()) continue;
    if (auto added = change_address(after, true); !added) return added;
  }
  for (const IpPrefix& route : routes) {
    const bool v4 = route.address.is_v4();
    if ((v4 ? wanted.inner_v4 : wanted.inner_v6).is_unset()) continue;
    for (const IpPrefix& part : parts_of(route)) {
      if (auto added = add_route(part); !added) return added;
    }
  }
  current_ = wanted;
  return {};
}

}  // namespace jvpn::client
