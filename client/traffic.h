// SPDX-License-Identifier: Apache-2.0
// The data path: inner packets into DATA datagrams and back, a burst at a time, without allocation.
//
// Up to four key epochs (docs/PROTOCOL.md, keys), found by the four low bits in the header:
//
//   former     opens what was sent before the last change, until retire()
//   current    opens and seals
//   staged     the gateway asked for it: opens; becomes current with the first that opened
//   expected   a new owner's, should it acknowledge: opens; becomes current by adopt_expected()
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "client/key_slot.h"
#include "client/packet.h"
#include "client/traffic_counters.h"
#include "session/core/heartbeat.h"

namespace jvpn::client {

struct TrafficConfig {
  Suite suite = Suite::aes_256_gcm;
  Tag client_tag;  ///< in packets to us
  IpAddress inner_v4;
  IpAddress inner_v6;
  std::vector<IpPrefix> prefixes;  ///< networks behind us, whose packets pass as our own do
  std::uint32_t replay_window = kMaxReplayWindow;
  KeyBudget budget = budget_of(suite);
};

class Traffic {
 public:
  Traffic(const TrafficConfig& config, Key32 traffic_root, AeadEngine& engine,
          TrafficCounters& counters);

  /// Seals at most kPacketBurst packets; `gateway_tag` goes into their headers. Packets that no
  /// gateway would accept (no IP, a foreign source) are dropped here. Returns how many were sealed.
  std::size_t seal(std::span<OutgoingPacket> burst, Tag gateway_tag);
  /// Seals one heartbeat into `out`; returns false when the key is used up.
  bool seal_heartbeat(const Heartbeat& heartbeat, Tag gateway_tag,
                      std::span<std::uint8_t, kHeartbeatSize> out);

  /// Is this a DATA packet that bears our tag and one of our key epochs?
  bool is_ours(ByteView datagram) const;
  /// Opens at most kPacketBurst datagrams for which is_ours() holds, in place: the inner bytes of
  /// each, empty where it did not open or was not fresh.
  void open(std::span<const ByteSpan> datagrams, std::span<ByteView> inner);
  /// A fresh inner packet that may go to the tunnel: IP, towards one of our addresses or
  /// networks.
  bool is_deliverable(ByteView inner);
  void set_replay_window(std::uint32_t packets) { config_.replay_window = packets; }

  // --- key epochs, in order of their lives ---
  const KeySlot& current() const { return *slots_[kCurrent]; }
  const KeyBudget& budget() const { return config_.budget; }
  /// The gateway's wish, answered by us. A staged epoch under which nothing has opened yet is
  /// replaced.
  void stage(KeyEpoch epoch, Key32 root);
  /// Our wish, answered by the gateway: current from now on.
  void adopt(KeyEpoch epoch, Key32 root);
  void expect(KeyEpoch epoch, Key32 root);
  bool expects(KeyEpoch epoch) const;
  void adopt_expected();
  void forget_expected() { slots_[kExpected].reset(); }
  bool is_staged() const { return slots_[kStaged] != nullptr; }
  bool has_former() const { return slots_[kFormer] != nullptr; }
  /// Wipes the former keys.
  void retire() { slots_[kFormer].reset(); }

 private:
  enum SlotName : std::size_t { kFormer, kCurrent, kStaged, kExpected, kSlots };

  bool is_sendable(ByteView inner);
  bool may_seal(std::size_t size) const;
  bool is_own(const IpAddress& address) const;
  KeySlot* find(ByteView datagram) const;
  bool is_worth_opening(KeySlot& slot, Counter counter);
  ByteView take(KeySlot& slot, const AeadOp& op);
  void promote(SlotName next);
  std::unique_ptr<KeySlot> expand(KeyEpoch epoch, Key32 root);
  AeadOp prepare(std::uint8_t* begin, std::uint32_t inner_size, Tag gateway_tag);

  TrafficConfig config_;
  AeadEngine& engine_;
  TrafficCounters& counters_;
  std::array<std::unique_ptr<KeySlot>, kSlots> slots_;
};

}  // namespace jvpn::client
