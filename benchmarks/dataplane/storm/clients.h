// SPDX-License-Identifier: Apache-2.0
// The clients of a storm: real agents of the client's own protocol code, whose addresses change
// when they are told to jump. No sockets and no clock: datagrams to send pile up in `outbox`.
#pragma once

#include <deque>
#include <optional>

#include "benchmarks/churn/identity.h"
#include "client/agent.h"
#include "control/core.h"

namespace jvpn::bench {

/// The gateway's table of them.
std::vector<PeerConfig> peers_of(const churn::Identities& who);

struct ClientDatagram {
  Endpoint source;
  std::vector<std::uint8_t> payload;
};

class Clients {
 public:
  /// `gateway`: where clients find it, and its key.
  Clients(const churn::Identities& who, const Endpoint& gateway, const PublicKey& key,
          Duration heartbeat);

  std::uint32_t count() const { return static_cast<std::uint32_t>(members_.size()); }
  /// The first handshake of a client.
  void begin(std::uint32_t index, Instant now);
  /// Its address dies, another one comes up: it asks for a new binding at once.
  void jump(std::uint32_t index, Instant now);
  /// A datagram to one of their addresses; strays are counted.
  void receive(const Endpoint& to, ByteSpan payload, Instant now);
  /// What is due, of all or of one.
  void tick(Instant now);
  void tick(std::uint32_t index, Instant now);

  std::vector<ClientDatagram> outbox;
  std::uint32_t born() const { return born_; }
  std::uint32_t jumping() const { return jumping_; }
  std::uint64_t strays() const { return strays_; }
  std::uint64_t ended() const { return ended_; }

  /// May this one send data now, by a binding that both sides know?
  bool is_settled(std::uint32_t index) const;
  /// Seals the inner packet that lies in `packet`; its datagram's size, 0: not possible.
  std::uint32_t seal(std::uint32_t index, client::OutgoingPacket packet);
  /// Where it sends from at present.
  Endpoint source(std::uint32_t index) const;
  /// Does it know that the gateway has bound it to where it is?
  bool is_bound_here(std::uint32_t index) const;
  client::Status status(std::uint32_t index) const { return members_[index].agent.status(); }
  IpAddress inner(std::uint32_t index) const { return who_.inner(index); }

 private:
  struct Member {
    explicit Member(client::Settings settings, RandomSource& random, AeadEngine& engine)
        : agent(std::move(settings), random, engine) {}
    client::ClientAgent agent;
    std::uint32_t generation = 0;  ///< of its address
    bool is_born = false;
    bool is_jumping = false;
    Instant due = Instant::never();
  };

  void settle(std::uint32_t index, Instant now);
  void carry_out(std::uint32_t, const client::SendDatagram& send);
  void carry_out(std::uint32_t, const client::ConfigureTunnel&) {}
  void carry_out(std::uint32_t, const client::AllowEndpoints&) {}
  void carry_out(std::uint32_t index, const client::WriteEvent& write);

  churn::Identities who_;
  Endpoint gateway_;
  SystemRandom random_;
  AeadEngine engine_;
  std::deque<Member> members_;
  client::Actions actions_, doing_;
  client::Delivery delivery_;
  std::uint32_t born_ = 0;
  std::uint32_t jumping_ = 0;
  std::uint64_t strays_ = 0;
  std::uint64_t ended_ = 0;
};

}  // namespace jvpn::bench
