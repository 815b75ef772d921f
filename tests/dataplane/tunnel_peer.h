// SPDX-License-Identifier: Apache-2.0
// A session put in by hand, and its client: seals what goes up, opens what comes down.
#pragma once

#include <optional>

#include "crypto/random.h"
#include "packets.h"
#include "session/core/heartbeat.h"
#include "session/shared/session_table.h"

namespace jvpn::test {

class TunnelPeer {
 public:
  explicit TunnelPeer(Suite suite = Suite::aes_256_gcm);

  /// Reserves a slot owned by `worker` and installs the session with this view and outer template.
  void install(SessionTable& table, std::uint8_t worker, const SessionView& view,
               const OuterTemplate& outer);
  /// Publishes another view or template.
  void publish(SessionTable& table, const SessionView& view, const OuterTemplate& outer);
  /// Lets the table open and seal under the next key epoch too, as StageKeys does.
  void stage(SessionTable& table);
  /// From now on this side seals under the next key epoch, from counter 0.
  void seal_under_next();
  /// A view with what belongs to this peer filled in: suite, client tag, window, MTU, epoch.
  SessionView make_view() const;

  /// UDP payload of a data packet; the next counter unless one is given.
  Packet seal(ByteView inner) { return seal(inner, next_++); }
  Packet seal(ByteView inner, std::uint64_t counter);
  Packet ask(const Heartbeat& heartbeat);
  /// A sealed control datagram around any plain bytes' message: PATH_RESPONSE-like filler is enough
  /// for the data plane, which only opens the seal.
  Packet control(std::size_t size);
  /// The same with a ticket.
  Packet ticketed(std::size_t size);
  /// The inner packet of a downlink datagram; nothing when it does not open.
  struct Opened {
    std::uint64_t counter = 0;
    KeyEpoch key_epoch;
    Packet inner;
  };
  std::optional<Opened> open(ByteView datagram);

  Tag tag;  ///< the gateway's
  Tag client_tag{0x00c11e4700c0de};
  std::uint64_t next_ = 0;

  static constexpr KeyEpoch kFirst{0x13};
  static constexpr KeyEpoch kSecond{0x14};

 private:
  Packet seal_rest(Packet out, std::size_t header_size);

  Suite suite_;
  AeadEngine engine_;
  SessionKeys keys_;       ///< of kFirst
  SessionKeys next_keys_;  ///< of kSecond
  bool sealing_next_ = false;
};

}  // namespace jvpn::test
