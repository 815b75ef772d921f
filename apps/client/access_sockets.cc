// SPDX-License-Identifier: Apache-2.0
#include "apps/client/access_sockets.h"

#include <spdlog/spdlog.h>

namespace jvpn::client {
namespace {

void tell(const std::string& what) {
  spdlog::info("{}", what);
}

}  // namespace

AccessSockets::AccessSockets(std::vector<std::string> interfaces, Opened opened)
    : interfaces_(std::move(interfaces)),
      sockets_(interfaces_.size() * 2),
      opened_(std::move(opened)) {}

void AccessSockets::fit(std::size_t slot, bool link_is_up, IpAddress& address) {
  std::optional<UdpSocket>& socket = sockets_[slot];
  if (address.is_unset()) return socket.reset();
  if (socket && socket->source() == address) return;  // also while down: it may be back in a moment
  socket.reset();
  if (!link_is_up) return;
  Result<UdpSocket> opened = UdpSocket::open(interfaces_[slot / 2], address, tell);
  if (!opened) {
    spdlog::warn("{}", opened.error().what);
    address = IpAddress{};
    return;
  }
  socket = std::move(*opened);
  opened_(*socket, slot);
}

PathState AccessSockets::refresh(PathId path, const PathState& state) {
  PathState result = state;
  fit(path.value * 2u, result.up, result.v4);
  fit(path.value * 2u + 1, result.up, result.v6);
  return result;
}

UdpSocket* AccessSockets::find(const Route& route) {
  const std::size_t slot = route.path.value * 2u + (route.gateway.address.is_v4() ? 0 : 1);
  std::optional<UdpSocket>& socket = sockets_[slot];
  return socket && socket->source() == route.source ? &*socket : nullptr;
}

}  // namespace jvpn::client
