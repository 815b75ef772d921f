// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel_interface.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace jvpn {
namespace {

/// struct in6_ifreq of <linux/ipv6.h>, which cannot be included beside <net/if.h>.
struct V6AddressRequest {
  in6_addr address;
  std::uint32_t length;
  int interface;
};

class ControlSocket {
 public:
  explicit ControlSocket(int family) : fd_(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;
  ~ControlSocket() {
    if (fd_ >= 0) close(fd_);
  }
  bool ask(unsigned long request, void* argument) const {
    return fd_ >= 0 && ioctl(fd_, request, argument) == 0;
  }

 private:
  int fd_;
};

ifreq request_for(const std::string& name) {
  ifreq request{};
  std::memcpy(request.ifr_name, name.data(), std::min(name.size(), std::size_t{IFNAMSIZ - 1}));
  return request;
}

tl::unexpected<Error> refuse(const std::string& name, const std::string& what) {
  return fail("interface \"" + name + "\": " + what + ": " + std::strerror(errno));
}

std::optional<IpAddress> address_of(const sockaddr* from) {
  if (from == nullptr) return std::nullopt;
  if (from->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, from, sizeof v4);
    return IpAddress::v4(ntohl(v4.sin_addr.s_addr));
  }
  if (from->sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6;
  std::memcpy(&v6, from, sizeof v6);
  if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) return std::nullopt;
  Bytes<16> octets;
  std::memcpy(octets.data(), &v6.sin6_addr, octets.size());
  return IpAddress::v6(octets);
}

/// Global addresses that the kernel has on the interface.
std::vector<IpAddress> addresses_of(const std::string& name) {
  std::vector<IpAddress> out;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return out;
  for (const ifaddrs* at = list; at != nullptr; at = at->ifa_next) {
    if (name != at->ifa_name) continue;
    if (const auto address = address_of(at->ifa_addr)) out.push_back(*address);
  }
  freeifaddrs(list);
  return out;
}

bool is_on(const ControlSocket& socket, const std::string& name, std::uint32_t command,
           std::uint32_t mask) {
  ethtool_value value{command, 0};
  ifreq request = request_for(name);
  request.ifr_data = reinterpret_cast<char*>(&value);
  return socket.ask(SIOCETHTOOL, &request) && (value.data & mask) != 0;
}

sockaddr to_sockaddr(const IpAddress& address) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  std::memcpy(&v4.sin_addr, address.bytes.data() + 12, 4);
  sockaddr out;
  std::memcpy(&out, &v4, sizeof out);
  return out;
}

IpAddress mask_of(std::uint8_t length) {
  return IpAddress::v4(length == 0 ? 0 : ~std::uint32_t{0} << (32 - length));
}

in6_addr to_in6(const IpAddress& address) {
  in6_addr out;
  std::memcpy(&out, address.bytes.data(), sizeof out);
  return out;
}

Result<void> add_address_v4(const std::string& name, const IpPrefix& prefix) {
  const ControlSocket socket(AF_INET);
  ifreq request = request_for(name);
  request.ifr_addr = to_sockaddr(prefix.address);
  if (!socket.ask(SIOCSIFADDR, &request)) return refuse(name, "cannot set its IPv4 address");
  request.ifr_netmask = to_sockaddr(mask_of(prefix.length));
  if (!socket.ask(SIOCSIFNETMASK, &request)) return refuse(name, "cannot set its netmask");
  return {};
}

Result<void> add_address_v6(const std::string& name, const IpPrefix& prefix) {
  V6AddressRequest request{to_in6(prefix.address), prefix.length,
                           static_cast<int>(if_nametoindex(name.c_str()))};
  const ControlSocket socket(AF_INET6);
  if (!socket.ask(SIOCSIFADDR, &request) && errno != EEXIST) {
    return refuse(name, "cannot add its IPv6 address");
  }
  return {};
}

Result<void> add_route_v4(const std::string& name, const TapSetup::Route& route) {
  rtentry request{};
  std::string device = name;
  request.rt_dst = to_sockaddr(route.to.address);
  request.rt_genmask = to_sockaddr(mask_of(route.to.length));
  request.rt_gateway = to_sockaddr(route.via);
  request.rt_flags = RTF_UP | RTF_GATEWAY;
  request.rt_dev = device.data();
  if (!ControlSocket(AF_INET).ask(SIOCADDRT, &request) && errno != EEXIST) {
    return refuse(name, "cannot route " + to_string(route.to) + " via " + to_string(route.via));
  }
  return {};
}

Result<void> add_route_v6(const std::string& name, const TapSetup::Route& route) {
  in6_rtmsg request{};
  request.rtmsg_dst = to_in6(route.to.address);
  request.rtmsg_dst_len = route.to.length;
  request.rtmsg_gateway = to_in6(route.via);
  request.rtmsg_metric = 1;
  request.rtmsg_flags = RTF_UP | RTF_GATEWAY;
  request.rtmsg_ifindex = static_cast<int>(if_nametoindex(name.c_str()));
  if (!ControlSocket(AF_INET6).ask(SIOCADDRT, &request) && errno != EEXIST) {
    return refuse(name, "cannot route " + to_string(route.to) + " via " + to_string(route.via));
  }
  return {};
}

}  // namespace

Result<void> check_raw_interface(const std::string& name, const std::vector<IpAddress>& ours,
                                 std::vector<std::string>& warnings) {
  if (name.size() >= IFNAMSIZ || if_nametoindex(name.c_str()) == 0) {
    return fail("interface \"" + name + "\" does not exist (here, in this network namespace)");
  }
  for (const IpAddress& address : addresses_of(name)) {
    if (std::ranges::find(ours, address) != ours.end()) {
      return fail("interface \"" + name + "\" has our address " + to_string(address) +
                  " in the kernel, which would refuse what is meant for us; remove it (ip address "
                  "del " +
                  to_string(address) + " dev " + name + ")");
    }
    warnings.push_back("interface \"" + name + "\" has the kernel address " + to_string(address) +
                       ": the kernel answers there beside us");
  }
  const ControlSocket socket(AF_INET);
  ifreq request = request_for(name);
  if (socket.ask(SIOCGIFFLAGS, &request) && (request.ifr_flags & IFF_UP) == 0) {
    warnings.push_back("interface \"" + name + "\" is down");
  }
  if (is_on(socket, name, ETHTOOL_GGRO, 1) || is_on(socket, name, ETHTOOL_GFLAGS, ETH_FLAG_LRO)) {
    warnings.push_back("interface \"" + name +
                       "\" has GRO or LRO on: merged frames are cut off and dropped; turn it off "
                       "(ethtool -K " +
                       name + " gro off lro off)");
  }
  return {};
}

Result<void> configure_tap(const TapSetup& setup) {
  const ControlSocket socket(AF_INET);
  ifreq request = request_for(setup.name);
  request.ifr_mtu = setup.mtu;
  if (!socket.ask(SIOCSIFMTU, &request)) return refuse(setup.name, "cannot set its MTU");
  request = request_for(setup.name);
  if (!socket.ask(SIOCGIFFLAGS, &request)) return refuse(setup.name, "cannot read its flags");
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  if (!socket.ask(SIOCSIFFLAGS, &request)) return refuse(setup.name, "cannot bring it up");
  for (const IpPrefix& prefix : setup.addresses) {
    auto added = prefix.address.is_v4() ? add_address_v4(setup.name, prefix)
                                        : add_address_v6(setup.name, prefix);
    if (!added) return added;
  }
  for (const TapSetup::Route& route : setup.routes) {
    auto added = route.to.address.is_v4() ? add_route_v4(setup.name, route)
                                          : add_route_v6(setup.name, route);
    if (!added) return added;
  }
  return {};
}

}  // namespace jvpn
