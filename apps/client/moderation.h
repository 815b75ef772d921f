// SPDX-License-Identifier: Apache-2.0
// What interrupt moderation is to a network card: where packets come in thick and fast, the client
// rests for a moment between two looks, so that it finds bursts instead of being woken for each
// packet or two. Being woken costs it, and whoever wakes it, more than a packet does; bursts also
// make larger super-packets. Slow flows never wait, nor does a client that sends more than it
// receives: its own TCP counts on being served at once.
#pragma once

#include "base/time.h"

namespace jvpn::client {

class Moderation {
 public:
  static constexpr Duration kWindow = 1ms;
  static constexpr std::uint64_t kBusy = 20;  ///< received in a window: 20 000 a second
  static constexpr std::uint64_t kFullLook =
      32;  ///< received at one look: more are waiting already
  static constexpr Duration kRest = std::chrono::microseconds(50);

  /// Packets since the beginning, by direction.
  struct Moved {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
  };

  /// How long to rest now; zero while there is little to do.
  Duration rest(Instant now, const Moved& moved) {
    const Duration passed = now - since_;
    if (passed >= kWindow) {
      const std::uint64_t received = moved.received - before_.received;
      // A window that ends late was idle in between.
      is_busy_ = passed < kWindow * 2 && received >= kBusy && received > moved.sent - before_.sent;
      since_ = now;
      before_ = moved;
    }
    const std::uint64_t found = moved.received - last_;
    last_ = moved.received;
    return is_busy_ && found < kFullLook ? kRest : Duration{};
  }

 private:
  Instant since_{0};
  Moved before_;
  std::uint64_t last_ = 0;
  bool is_busy_ = false;
};

}  // namespace jvpn::client
