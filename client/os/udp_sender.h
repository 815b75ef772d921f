// SPDX-License-Identifier: Apache-2.0
// Bursts of datagrams out of a UDP socket, as many as the kernel takes by one call: equal ones as a
// train that it cuts behind its own way through the stack (UDP_SEGMENT, since Linux 4.18), trains
// together by sendmmsg. Where kernel or device refuse trains, datagrams go by themselves from then
// on. One thread.
#pragma once

#include <sys/socket.h>

#include <functional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "session/core/address.h"

namespace jvpn::client {

/// The kernel's calls that may refuse an offload: for tests that play such a kernel.
struct UdpCalls {
  int (*send)(int, mmsghdr*, unsigned, int) = ::sendmmsg;
  int (*set_option)(int, int, int, const void*, socklen_t) = ::setsockopt;
};

/// What the operator should hear of once, such as an offload that is refused.
using Notice = std::function<void(const std::string&)>;

class UdpSender {
 public:
  /// The descriptor stays the caller's. Asks the kernel whether it knows trains at all.
  UdpSender(int fd, Notice notice, const UdpCalls& calls);

  /// At most kPacketBurst datagrams to one endpoint, in order, without allocation. Returns how many
  /// the kernel took; the rest it had no room or no way for.
  std::size_t send(std::span<const ByteView> payloads, const Endpoint& to);
  bool uses_trains() const { return uses_trains_; }

 private:
  void give_up_trains(int error);

  int fd_;
  Notice notice_;
  UdpCalls calls_;
  bool uses_trains_;
};

}  // namespace jvpn::client
