// SPDX-License-Identifier: Apache-2.0
// A UDP socket on one access interface and one of its addresses: what it sends leaves there, what
// it receives came in there. Bursts, without waiting and without allocation.
#pragma once

#include "base/result.h"
#include "client/os/file_handle.h"
#include "client/os/receive_buffers.h"
#include "client/os/udp_sender.h"

namespace jvpn::client {

class UdpSocket {
 public:
  /// Bound to the interface and to `source` with a port of the kernel's choice. `notice` hears of
  /// offloads that are refused, now or later. Errors: interface or address gone, not permitted.
  static Result<UdpSocket> open(const std::string& interface, const IpAddress& source,
                                const Notice& notice = {}, const UdpCalls& calls = {});

  int fd() const { return file_.get(); }
  const IpAddress& source() const { return source_; }
  /// As UdpSender::send().
  std::size_t send(std::span<const ByteView> payloads, const Endpoint& to) {
    return sender_.send(payloads, to);
  }
  bool uses_trains() const { return sender_.uses_trains(); }
  /// Takes what waits into `buffers`; `path` names where it came. False: nothing was there.
  bool receive(ReceiveBuffers& buffers, PathId path) const {
    return buffers.fill(fd(), path, source_);
  }

 private:
  UdpSocket(FileHandle file, const IpAddress& source, UdpSender sender)
      : file_(std::move(file)), source_(source), sender_(std::move(sender)) {}

  FileHandle file_;
  IpAddress source_;
  UdpSender sender_;
};

}  // namespace jvpn::client
