// SPDX-License-Identifier: Apache-2.0
// A UDP socket on one access interface and one of its addresses: what it sends leaves there, what
// it receives came in there. Bursts, without waiting and without allocation.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "client/os/file_handle.h"
#include "client/packet.h"

namespace jvpn::client {

/// Memory for a burst of datagrams, used over and over.
class ReceiveBuffers {
 public:
  static constexpr std::size_t kSize = 9216;  ///< the largest tunnel MTU and its overhead fit
  ReceiveBuffers();
  ~ReceiveBuffers();
  ByteSpan slot(std::size_t i);

 private:
  friend class UdpSocket;
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

class UdpSocket {
 public:
  /// Bound to the interface and to `source` with a port of the kernel's choice. Errors: interface
  /// or address gone, not permitted.
  static Result<UdpSocket> open(const std::string& interface, const IpAddress& source);

  int fd() const { return file_.get(); }
  const IpAddress& source() const { return source_; }
  /// Sends to one endpoint, in order. Returns how many the kernel took; the rest it had no room or
  /// no way for.
  std::size_t send(std::span<const ByteView> payloads, const Endpoint& to) const;
  /// Up to `out.size()` datagrams; each points into a slot of `buffers`. `path` names where they
  /// came.
  std::size_t receive(ReceiveBuffers& buffers, PathId path, std::span<ReceivedDatagram> out) const;

 private:
  UdpSocket(FileHandle file, const IpAddress& source) : file_(std::move(file)), source_(source) {}

  FileHandle file_;
  IpAddress source_;
};

}  // namespace jvpn::client
