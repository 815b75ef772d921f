// SPDX-License-Identifier: Apache-2.0
// Several gateways on one store, and a client that can ask any of them.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "control/ownership/owner_keys.h"
#include "session/core/control_datagram.h"
#include "tests/control/client_fixture.h"

namespace jvpn::test {

/// Two nodes; each life of one is a FakeGateway of its own.
struct Cluster {
  std::unique_ptr<FakeGateway> start(std::uint8_t node, std::uint64_t incarnation,
                                     Instant now = Instant{1'000'000'000}) {
    Configured setup;
    setup.node = node;
    setup.incarnation = incarnation;
    setup.seed = incarnation;
    setup.lease = lease;
    setup.underlays = underlays;
    setup.routes = routes;
    setup.store = &store;
    return std::make_unique<FakeGateway>(std::move(setup), now);
  }

  std::optional<LeaseTimes> lease = LeaseTimes{};
  std::vector<Underlay> underlays = {{.v4 = true, .v6 = true}};  ///< of who starts next
  std::vector<IpPrefix> routes;                                  ///< of each peer, at each node
  MemoryStore store;
};

/// A client that is connected to one gateway and goes on at others.
class Roamer {
 public:
  explicit Roamer(FakeGateway& home) : client(home) {}

  bool connect() {
    if (!client.connect()) return false;
    const auto done = client.last<HandshakeDone>(client.source);
    ticket = done->ticket;
    epoch = done->version.owner_epoch;
    return true;
  }
  Datagram request(std::uint8_t path = 2, bool owner_silent = false) {
    return seal(ReattachRequest{fields(path, owner_silent)});
  }
  Datagram confirm(FakeGateway& at, const Endpoint& from, bool owner_silent = false) {
    const auto challenge = last<ReattachChallenge>(at, from);
    EXPECT_TRUE(challenge.has_value());
    return seal(
        ReattachConfirm{fields(2, owner_silent), challenge.value_or(ReattachChallenge{}).token});
  }
  /// REQUEST and, if challenged, CONFIRM; true when an ACK came.
  bool ask(FakeGateway& at, const Endpoint& from, bool owner_silent = false) {
    at.sent.clear();
    at.ticketed(request(2, owner_silent), from);
    if (!last<ReattachChallenge>(at, from)) return false;
    at.ticketed(confirm(at, from, owner_silent), from);
    return learn(at, from);
  }
  bool learn(FakeGateway& at, const Endpoint& from) {
    const auto ack = last<ReattachAck>(at, from);
    if (!ack) return false;
    client.bound_version = ack->bound_version;
    client.tag = ack->tag;
    if (ack->version.owner_epoch > epoch) client.number = 0;
    epoch = ack->version.owner_epoch;
    key_epoch = ack->key_epoch;
    ticket = ack->ticket;
    return true;
  }
  template <class Body>
  std::optional<Body> last(FakeGateway& at, const Endpoint& to) const {
    for (auto sent = at.sent.rbegin(); sent != at.sent.rend(); ++sent) {
      const auto message = sent->destination == to ? client.open(sent->payload) : std::nullopt;
      if (message && std::holds_alternative<Body>(message->body)) {
        return std::get<Body>(message->body);
      }
    }
    return std::nullopt;
  }
  Reason rejected(FakeGateway& at, const Endpoint& to) const {
    return last<ReattachReject>(at, to).value_or(ReattachReject{}).reason;
  }
  Datagram seal(MessageBody body) {
    const Message message{
        epoch, MessageNumber{++client.number}, {}, client.ack->session, std::move(body)};
    return seal_datagram(message, {client.tag, &ticket, kRequestSize},
                         derive_control_key(client.roots.resume, Direction::client_to_gateway),
                         client.random.draw<kSealNonceSize>());
  }
  Reattach fields(std::uint8_t path, bool owner_silent) const {
    Reattach fields = client.fields(path, Reason::dead_transport_recovery);
    fields.key_epoch = key_epoch;
    fields.ephemeral = ephemeral.public_key;
    fields.owner_silent = owner_silent;
    return fields;
  }

  FakeClient client;
  Ticket ticket{};
  OwnerEpoch epoch;
  KeyEpoch key_epoch;
  KeyPair ephemeral = KeyPair::from_secret(key_of(77));
};

/// A has a client, B could have it.
struct TwoNodes : testing::Test {
  void SetUp() override {
    a = cluster.start(1, 100);
    b = cluster.start(2, 200);
    roamer = std::make_unique<Roamer>(*a);
    ASSERT_TRUE(roamer->connect());
  }
  /// Time for both, or for B alone once A is dead.
  void run(Duration time, bool a_lives = true) {
    for (Duration at{}; at < time; at += 100ms) {
      if (a_lives) a->pass(100ms);
      b->pass(100ms);
    }
  }
  /// The client says that A is silent until B, to which A hands the session over, has it.
  bool is_handed_over() {
    b->ticketed(roamer->request(), kMobile);
    run(3s);
    bool acknowledged = false;
    for (int n = 0; n < 60 && !acknowledged; ++n) {
      acknowledged = roamer->ask(*b, kMobile, true);
      run(100ms);
      acknowledged = acknowledged || roamer->learn(*b, kMobile);
    }
    return acknowledged;
  }
  Cluster cluster;
  std::unique_ptr<FakeGateway> a;
  std::unique_ptr<FakeGateway> b;
  std::unique_ptr<Roamer> roamer;
};

}  // namespace jvpn::test
