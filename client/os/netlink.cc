// SPDX-License-Identifier: Apache-2.0
#include "client/os/netlink.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace jvpn::client {
namespace {

constexpr std::size_t kReceiveSize = 32768;  // one batch of a dump, as the kernel cuts them
constexpr int kBacklogSize = 1 << 20;

int call_handler(const nlmsghdr* message, void* handler) {
  (*static_cast<const Netlink::Handler*>(handler))(*message);
  return MNL_CB_OK;
}

}  // namespace

NetlinkRequest::NetlinkRequest(std::uint16_t type, std::uint16_t flags) {
  nlmsghdr* message = mnl_nlmsg_put_header(bytes_.data());
  message->nlmsg_type = type;
  message->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
}

Result<Netlink> Netlink::open(unsigned groups) {
  mnl_socket* socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
  if (socket == nullptr) return fail(std::string("rtnetlink: ") + std::strerror(errno));
  Netlink netlink(socket);
  // Best effort: without the privilege the default backlog serves, and drain() tells when it did
  // not.
  setsockopt(netlink.fd(), SOL_SOCKET, SO_RCVBUFFORCE, &kBacklogSize, sizeof kBacklogSize);
  if (mnl_socket_bind(socket, groups, MNL_SOCKET_AUTOPID) < 0) {
    return fail(std::string("rtnetlink: ") + std::strerror(errno));
  }
  return netlink;
}

Result<void, int> Netlink::ask(NetlinkRequest& request) {
  request.header()->nlmsg_seq = ++sequence_;
  if (mnl_socket_sendto(socket_.get(), request.header(), request.header()->nlmsg_len) < 0) {
    return fail_with(errno);
  }
  const Handler ignore = [](const nlmsghdr&) {};
  std::vector<char> buffer(kReceiveSize);
  for (int status = MNL_CB_OK; status > MNL_CB_STOP;) {
    const ssize_t size = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
    if (size < 0) return fail_with(errno);
    status = mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), sequence_,
                        mnl_socket_get_portid(socket_.get()), nullptr, nullptr);
    if (status < MNL_CB_STOP) return fail_with(errno);
  }
  return {};
}

Result<void, int> Netlink::dump(std::uint16_t type, const Handler& each) {
  NetlinkRequest request(type, NLM_F_DUMP);
  request.body<rtgenmsg>().rtgen_family = AF_UNSPEC;
  request.header()->nlmsg_flags &= static_cast<std::uint16_t>(~NLM_F_ACK);
  request.header()->nlmsg_seq = ++sequence_;
  if (mnl_socket_sendto(socket_.get(), request.header(), request.header()->nlmsg_len) < 0) {
    return fail_with(errno);
  }
  std::vector<char> buffer(kReceiveSize);
  for (int status = MNL_CB_OK; status > MNL_CB_STOP;) {
    const ssize_t size = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
    if (size < 0) return fail_with(errno);
    status =
        mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), sequence_,
                   mnl_socket_get_portid(socket_.get()), call_handler, const_cast<Handler*>(&each));
    if (status < MNL_CB_STOP) return fail_with(errno);
  }
  return {};
}

bool Netlink::drain(const Handler& each) {
  alignas(nlmsghdr) std::array<char, kReceiveSize> buffer;
  for (;;) {
    const ssize_t size = recv(fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno != ENOBUFS;
    int rest = static_cast<int>(size);
    const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
    for (; mnl_nlmsg_ok(message, rest); message = mnl_nlmsg_next(message, &rest)) each(*message);
  }
}

}  // namespace jvpn::client
