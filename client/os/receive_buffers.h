// SPDX-License-Identifier: Apache-2.0
// Memory for what a UDP socket received, used over and over: one call of the kernel brings up to a
// burst of messages, and each may be many datagrams in a row (UDP_GRO).
#pragma once

#include <memory>
#include <span>

#include "client/packet.h"

namespace jvpn::client {

class ReceiveBuffers {
 public:
  ReceiveBuffers();
  ~ReceiveBuffers();

  /// Takes what waits in a socket, without waiting for more; `path` and `source` are the socket's.
  /// What was not taken out yet is forgotten. False: nothing was there.
  bool fill(int fd, PathId path, const IpAddress& source);
  /// The next datagrams in order of arrival, each where it lies; 0 when all were taken.
  std::size_t take(std::span<ReceivedDatagram> out);

 private:
  struct Memory;
  /// Begins with message `next_`: its bytes and how long each datagram in it is.
  void open_message();

  std::unique_ptr<Memory> memory_;
  PathId path_;
  IpAddress source_;
  std::size_t count_ = 0;  ///< messages
  std::size_t next_ = 0;   ///< of these
  ByteSpan rest_;          ///< of the message before
  std::size_t size_ = 0;   ///< of each datagram in it but the last
  Endpoint from_;          ///< who sent it
};

}  // namespace jvpn::client
