// SPDX-License-Identifier: Apache-2.0
// The tunnel interface's own end: inner packets as the kernel routes them, one per read and write.
// Where the kernel can, each bears a header (client/offload/virtio_header.h) that lets one packet
// stand for many segments of a TCP flow.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "client/offload/coalescer.h"
#include "client/os/file_handle.h"

namespace jvpn::client {

/// The kernel's call that may refuse an offload: for tests that play such a kernel.
using TunIoctl = int (*)(int, unsigned long, void*);
int call_ioctl(int fd, unsigned long request, void* argument);

class TunDevice {
 public:
  /// What the kernel hands over uncut, and leaves to us: each needs those before it.
  enum class Offload : std::uint8_t {
    none,      ///< no header either: packets as they are on the wire
    header,    ///< writes may be super-packets, reads are not
    checksum,  ///< reads may lack their checksum
    tcp,       ///< and be super-packets of TCP
    udp,       ///< and of equal UDP datagrams (since Linux 6.2)
  };

  /// One read: `packet` lies in the buffer that was given, and is empty when nothing was there.
  struct Frame {
    VirtioHeader header;
    ByteSpan packet;
  };

  /// Creates the interface, still down, with as much offload as the kernel has. Errors, each with
  /// what to do: /dev/net/tun missing, no CAP_NET_ADMIN, name taken or not a name.
  static Result<TunDevice> create(const std::string& name, TunIoctl ioctl = call_ioctl);

  int fd() const { return file_.get(); }
  Offload offload() const { return offload_; }
  /// May a write be a super-packet?
  bool takes_super_packets() const { return offload_ != Offload::none; }

  /// One packet, without waiting, into `room` of kMaxSuperPacket bytes. Nothing: somebody removed
  /// the interface.
  std::optional<Frame> read(ByteSpan room);
  /// False: the kernel did not take it (interface down, queue full).
  bool write(const TunnelWrite& packet);

 private:
  TunDevice(FileHandle file, Offload offload) : file_(std::move(file)), offload_(offload) {}

  FileHandle file_;
  Offload offload_;
};

/// For logs: what is done beyond packet by packet.
std::string to_string(TunDevice::Offload offload);

}  // namespace jvpn::client
