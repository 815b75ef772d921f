// SPDX-License-Identifier: Apache-2.0
// What the client waits on: descriptors, one deadline on CLOCK_BOOTTIME, and the signals that end
// it.
#pragma once

#include <array>
#include <span>

#include "base/result.h"
#include "base/time.h"
#include "client/os/file_handle.h"

namespace jvpn::client {

class Poller {
 public:
  enum class Source : std::uint32_t { signal, timer, link, socket, tunnel };
  struct Ready {
    Source source;
    std::uint32_t slot;  ///< of a socket
  };

  /// Blocks SIGINT, SIGTERM and SIGHUP for the process and takes them in instead. Errors: the
  /// kernel's.
  static Result<Poller> create();

  /// Watches for input until the descriptor is closed.
  Result<void> watch(int fd, Source source, std::uint32_t slot = 0);
  /// Whether input on a watched descriptor matters now.
  void set_wanted(int fd, Source source, bool wanted);
  /// Waits until something is ready or the deadline has passed. Valid until the next call.
  std::span<const Ready> wait(Instant deadline);

 private:
  static constexpr std::size_t kMostReady = 32;
  Poller(FileHandle epoll, FileHandle timer, FileHandle signals);
  void arm(Instant deadline);

  FileHandle epoll_;
  FileHandle timer_;
  FileHandle signals_;
  Instant armed_ = Instant::never();
  std::array<Ready, kMostReady> ready_{};
};

}  // namespace jvpn::client
