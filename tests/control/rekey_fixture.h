// SPDX-License-Identifier: Apache-2.0
// A gateway and a client that know how to rekey; samples are what a worker would show.
#pragma once

#include "tests/control/connected_fixture.h"

namespace jvpn::test {

struct Rekeying : Connected {
  void SetUp() override { connect({}); }
  HealthReport sample() {
    HealthReport report;
    report.bound_version = gateway->views.at(client->tag).bound_version;
    report.evidence_at = gateway->now;
    report.key_epoch = gateway->key_epochs.at(client->tag);
    report.opened_key_epoch = opened;
    report.bytes_up = bytes;
    return report;
  }
  void look() { gateway->health(client->tag, sample()); }
  /// Data flows for that long.
  void flow(Duration time) {
    for (Duration passed{}; passed < time; passed += 500ms) {
      gateway->pass(500ms);
      ++bytes;
      look();
      if (gateway->views.empty()) return;
    }
  }
  void ask_by_operator() {
    ASSERT_TRUE(gateway->rekey(client->current));
    look();
  }
  /// The client's answer to the latest INIT.
  Datagram answer() {
    const auto init = client->last<RekeyInit>(kHome);
    EXPECT_TRUE(init.has_value());
    return client->seal(RekeyAck{{init->key_epoch, own.public_key}}, number_of_init());
  }
  MessageNumber number_of_init() {
    for (auto sent = gateway->sent.rbegin(); sent != gateway->sent.rend(); ++sent) {
      const auto message = client->open(sent->payload);
      if (message && std::holds_alternative<RekeyInit>(message->body)) return message->number;
    }
    return {};
  }
  /// Both sides' next root, from the client's point of view.
  Key32 root_after(const PublicKey& init, const PublicKey& ack, const PublicKey& gateways) const {
    return derive_rekeyed_root(client->roots.traffic, x25519(own.secret, gateways).value(),
                               {client->current, KeyEpoch{1}, init, ack});
  }
  bool staged_is(const Key32& root) const {
    const StageKeys& staged = gateway->staged.at(client->tag);
    const auto up = derive_traffic_key(root, KeyEpoch{1}, Direction::client_to_gateway);
    const auto down = derive_traffic_key(root, KeyEpoch{1}, Direction::gateway_to_client);
    return std::ranges::equal(staged.uplink.key.view(), up.key.view()) &&
           std::ranges::equal(staged.downlink.key.view(), down.key.view()) &&
           staged.uplink.iv == up.iv && staged.downlink.iv == down.iv;
  }
  KeyEpoch sealing() const { return gateway->views.at(client->tag).key_epoch; }

  KeyPair own = KeyPair::from_secret(key_of(77));
  KeyEpoch opened{};
  std::uint64_t bytes = 0;
};

}  // namespace jvpn::test
