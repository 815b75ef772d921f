// SPDX-License-Identifier: Apache-2.0
// The data path: inner packets into DATA datagrams and back, a burst at a time, without allocation.
// One Traffic per session: its keys, send counter and replay window are born and die together.
#pragma once

#include <span>

#include "client/packet.h"
#include "client/traffic_counters.h"
#include "crypto/aead.h"
#include "session/core/heartbeat.h"
#include "session/core/keys.h"
#include "session/core/replay_window.h"

namespace jvpn::client {

struct TrafficConfig {
  Suite suite = Suite::aes_256_gcm;
  Tag client_tag;  ///< in packets to us
  IpAddress inner_v4;
  IpAddress inner_v6;
  std::uint32_t replay_window = kMaxReplayWindow;
};

class Traffic {
 public:
  Traffic(const TrafficConfig& config, const Key32& traffic_root, AeadEngine& engine,
          TrafficCounters& counters);
  ~Traffic();
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  /// Seals at most kPacketBurst packets; `gateway_tag` goes into their headers. Packets that no
  /// gateway would accept (no IP, a foreign source) are dropped here. Returns how many were sealed.
  std::size_t seal(std::span<OutgoingPacket> burst, Tag gateway_tag);
  /// Seals one heartbeat into `out`; returns false when the key is used up.
  bool seal_heartbeat(const Heartbeat& heartbeat, Tag gateway_tag,
                      std::span<std::uint8_t, kHeartbeatSize> out);

  /// Is this a DATA packet that bears our tag and key epoch?
  bool is_ours(ByteView datagram) const;
  /// Opens at most kPacketBurst datagrams for which is_ours() holds, in place: the inner bytes of
  /// each, empty where it did not open or was not fresh.
  void open(std::span<const ByteSpan> datagrams, std::span<ByteView> inner);
  /// A fresh inner packet that may go to the tunnel: IP, towards one of our addresses.
  bool is_deliverable(ByteView inner);

  std::uint64_t next_counter() const { return next_counter_; }
  /// The key has sealed all that it may.
  bool is_exhausted() const { return next_counter_ >= kGcmCounterLimit; }

 private:
  bool is_sendable(ByteView inner);
  bool is_own(const IpAddress& address) const;
  AeadOp prepare(std::uint8_t* begin, std::uint32_t inner_size, Tag gateway_tag);

  TrafficConfig config_;
  AeadEngine& engine_;
  TrafficCounters& counters_;
  AeadKey seal_key_;
  AeadKey open_key_;
  std::uint64_t next_counter_ = 0;
  ReplayWindow window_;
};

}  // namespace jvpn::client
