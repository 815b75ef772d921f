// SPDX-License-Identifier: Apache-2.0
// The least of a client: it can say everything that the protocol has, at any time, also wrongly.
#pragma once

#include "session/core/handshake.h"
#include "session/core/messages.h"
#include "tests/control/gateway_fixture.h"

namespace jvpn::test {

using Datagram = std::vector<std::uint8_t>;

class FakeClient {
 public:
  explicit FakeClient(FakeGateway& gateway, std::size_t peer = 0, std::uint64_t seed = 50);

  // ---- handshake -----------------------------------------------------------------------------
  Datagram init();  ///< begins anew
  bool read_ack(ByteView datagram);
  Datagram confirm();  ///< seals a CONFIRM for the ACK read last
  bool begin();        ///< INIT and ACK from the present source. False: no ACK came
  /// INIT, ACK, CONFIRM, DONE from the present source. False: some answer was missing.
  bool connect();

  // ---- messages ------------------------------------------------------------------------------
  Datagram seal(MessageBody body, MessageNumber answers = {}, std::size_t size = kRequestSize);
  Datagram seal_as(std::uint64_t number, MessageBody body, std::size_t size = kRequestSize);
  std::optional<Message> open(ByteView datagram) const;
  /// The body of the latest datagram sent to `source` that opens as this kind of message.
  template <class Body>
  std::optional<Body> last(const Endpoint& to) const {
    for (auto sent = gateway.sent.rbegin(); sent != gateway.sent.rend(); ++sent) {
      if (sent->destination != to) continue;
      const auto message = open(sent->payload);
      if (message && std::holds_alternative<Body>(message->body)) {
        return std::get<Body>(message->body);
      }
    }
    return std::nullopt;
  }

  // ---- jumps ---------------------------------------------------------------------------------
  Reattach fields(std::uint8_t path, Reason cause = Reason::none) const;
  Datagram request(std::uint8_t path, Reason cause = Reason::none);
  /// A CONFIRM with the token that was last sent to `source`.
  Datagram answer(const Endpoint& to, std::uint8_t path, Reason cause = Reason::none);
  Datagram answer_notice(const Endpoint& to, std::uint8_t path);
  /// REQUEST, CHALLENGE, CONFIRM from `to`. The answer: ACK or REJECT, or none.
  void jump(const Endpoint& to, std::uint8_t path, Reason cause = Reason::none);
  /// True when `to` got an ACK; takes over its values.
  bool learn_ack(const Endpoint& to);

  FakeGateway& gateway;
  KeyPair key;
  SeededRandom random;
  Endpoint source = endpoint("192.0.2.1:4000");
  SessionId current;
  Duration wanted_heartbeat{};
  Key32 psk;
  std::vector<Suite> offers{Suite::aes_256_gcm, Suite::chacha20_poly1305};
  std::optional<AckPayload> ack;
  Datagram birth_state;
  SessionRoots roots;
  Tag client_tag{0xC11E47};
  Tag tag;
  StateVersion bound_version;
  std::uint64_t number = 0;

 private:
  std::optional<NoiseInitiator> noise_;
};

inline const Endpoint kHome = endpoint("192.0.2.1:4000");
inline const Endpoint kMobile = endpoint("198.51.100.7:5000");
inline const Endpoint kElsewhere = endpoint("203.0.113.66:6666");

}  // namespace jvpn::test
