// SPDX-License-Identifier: Apache-2.0
// The packets' way through the program, a burst at a time:
//
//   tunnel interface -> super-packets -> Segmenter -> agent.seal -> trains of datagrams -> socket
//   socket -> trains of datagrams -> agent.receive -> Coalescer -> super-packets -> tunnel
//   interface
//
// All memory exists before the first packet. One thread, the loop's.
#pragma once

#include <memory>

#include "apps/client/access_sockets.h"
#include "apps/client/moderation.h"
#include "client/agent.h"
#include "client/offload/coalescer.h"
#include "client/offload/segmenter.h"
#include "client/os/tun.h"

namespace jvpn::client {

class PacketPath {
 public:
  /// All outlive the object.
  PacketPath(Tun& tun, ClientAgent& agent, AccessSockets& sockets);
  ~PacketPath();

  /// Takes a burst out of the tunnel interface, and what is left of its last super-packet, and
  /// sends it. False: somebody removed the interface.
  bool send_waiting();
  /// Takes what waits in a socket, through the agent, into the tunnel interface.
  void receive(const UdpSocket& socket, PathId path, Instant now, Actions& actions);
  /// Packets that came in so far, each way.
  const Moderation::Moved& moved() const { return moved_; }

 private:
  struct Memory;
  /// Fills the burst; returns how many packets it has.
  std::size_t cut(bool may_read);
  bool read_frame();
  void send(std::span<OutgoingPacket> burst);
  void deliver(std::span<const ByteView> packets);

  Tun& tun_;
  ClientAgent& agent_;
  AccessSockets& sockets_;
  std::unique_ptr<Memory> memory_;
  Segmenter segmenter_;
  Coalescer coalescer_;
  bool is_removed_ = false;
  Moderation::Moved moved_;
};

}  // namespace jvpn::client
