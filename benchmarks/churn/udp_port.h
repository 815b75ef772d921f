// SPDX-License-Identifier: Apache-2.0
// A UDP socket for very many flows: datagrams wait until a burst is full or flush() is called, and
// each leaves from a local address of its own; of each that arrives it is known where to.
#pragma once

#include <memory>
#include <span>

#include "base/result.h"
#include "client/os/file_handle.h"
#include "session/core/address.h"

namespace jvpn::churn {

class UdpPort {
 public:
  static constexpr std::size_t kBurst = 64;
  static constexpr std::size_t kMostBytes = 2048;

  /// IPv4 only. `local` may be 0.0.0.0, its port 0. Errors say what to do.
  static Result<UdpPort> open(const Endpoint& local);
  UdpPort(UdpPort&&) noexcept;
  UdpPort& operator=(UdpPort&&) noexcept;
  ~UdpPort();

  int fd() const { return file_.get(); }

  /// Copies `payload` (at most kMostBytes). An unset `from` leaves the choice to the kernel.
  void send(ByteView payload, const Endpoint& to, const IpAddress& from = {});
  void flush();

  struct Arrival {
    ByteSpan payload;
    Endpoint from;
    std::uint32_t to = 0;  ///< local address in host byte order
  };
  /// What has arrived, at most a burst; memory is the port's until the next call.
  std::span<const Arrival> receive();

  /// Datagrams that our own kernel refused, and how many full send buffers were waited for.
  std::uint64_t refused() const { return refused_; }
  /// Datagrams that arrived while the socket's buffer was full.
  std::uint64_t overrun() const;

 private:
  struct Memory;
  UdpPort(client::FileHandle file, std::unique_ptr<Memory> memory);

  client::FileHandle file_;
  std::unique_ptr<Memory> memory_;
  std::uint64_t refused_ = 0;
};

/// Errors: this machine has no such local address; what to do about it.
Result<void> check_local(const IpAddress& address, const IpPrefix& block);

}  // namespace jvpn::churn
