// SPDX-License-Identifier: Apache-2.0
// One rtnetlink socket (RFC 3549) by way of libmnl.
#pragma once

#include <libmnl/libmnl.h>

#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace jvpn::client {

/// A request under construction, in memory of its own.
class NetlinkRequest {
 public:
  /// `flags` besides NLM_F_REQUEST and NLM_F_ACK.
  NetlinkRequest(std::uint16_t type, std::uint16_t flags);
  /// Room behind the netlink header, zeroed: ifinfomsg, ifaddrmsg, rtmsg.
  template <class T>
  T& body() {
    return *static_cast<T*>(mnl_nlmsg_put_extra_header(header(), sizeof(T)));
  }
  nlmsghdr* header() { return reinterpret_cast<nlmsghdr*>(bytes_.data()); }

 private:
  alignas(nlmsghdr) Bytes<1024> bytes_{};
};

class Netlink {
 public:
  using Handler = std::function<void(const nlmsghdr&)>;

  /// `groups`: RTMGRP_* to hear of unasked; 0 for asking only. Errors: the kernel refuses the
  /// socket.
  static Result<Netlink> open(unsigned groups);

  int fd() const { return mnl_socket_get_fd(socket_.get()); }
  /// Sends and waits for the kernel's word. Errors: the kernel's, as errno.
  Result<void, int> ask(NetlinkRequest& request);
  /// All objects of a kind (RTM_GETLINK, RTM_GETADDR).
  Result<void, int> dump(std::uint16_t type, const Handler& each);
  /// What the kernel has told since, without waiting. False: it told more than the socket could
  /// hold, so that what is known must be asked for anew.
  bool drain(const Handler& each);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
  };
  explicit Netlink(mnl_socket* socket) : socket_(socket) {}

  std::unique_ptr<mnl_socket, Close> socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace jvpn::client
