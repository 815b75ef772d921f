// SPDX-License-Identifier: Apache-2.0
#include "tests/control/gateway_fixture.h"

#include <gtest/gtest.h>

namespace jvpn::test {

Endpoint endpoint(const char* text) {
  return parse_endpoint(text).value();
}

Key32 key_of(std::uint8_t fill) {
  Bytes<32> bytes;
  bytes.fill(fill);
  return Key32::take(bytes);
}

KeyPair peer_key(std::size_t n) {
  return KeyPair::from_secret(key_of(static_cast<std::uint8_t>(100 + n)));
}

FakeGateway::FakeGateway(Configured from, Instant start)
    : now(start),
      setup(std::move(from)),
      random(setup.seed),
      store(setup.store != nullptr ? *setup.store : own_store),
      core(configure(), recorded_random, recorded_slots) {
  slots.node = setup.node;
  feed(StartInput{});
}

FakeGateway::~FakeGateway() {
  const ReplayReport flight = replay(tape_bytes, [this](RandomSource&) { return configure(); });
  EXPECT_TRUE(flight.same()) << "the same inputs gave another audit: " << flight.parted;
  EXPECT_EQ(flight.events, audit.size());
}

bool FakeGateway::feed(const CoreInput& input) {
  tape.input(input, now);
  Actions actions;
  const bool known = jvpn::feed(core, input, now, actions);
  last_actions = actions.size();
  carry_out(actions);
  return known;
}

ControlConfig FakeGateway::configure() const {
  ControlConfig config;
  config.node = setup.node;
  config.incarnation = setup.incarnation;
  config.lease = setup.lease;
  config.cluster.ticket = key_of(21);
  config.cluster.store = key_of(22);
  config.workers = 2;
  config.key = KeyPair::from_secret(key_of(7));
  config.underlays = setup.underlays;
  config.policy = setup.policy;
  config.dns[0] = setup.dns;
  for (std::size_t n = 0; n < setup.peers; ++n) {
    PeerConfig peer;
    peer.name = "peer" + std::to_string(n);
    peer.key = peer_key(n).public_key;
    peer.inner_v4 = IpAddress::v4({10, 77, 0, static_cast<std::uint8_t>(2 + n)});
    peer.suite = setup.suite;
    peer.psk = setup.psk.clone();
    peer.next_psk = setup.next_psk.clone();
    peer.psk_required = setup.psk_required;
    peer.routes = setup.routes;
    config.peers.push_back(std::move(peer));
  }
  return config;
}

void FakeGateway::answer_reads() {
  for (const StoreRead& read : std::exchange(reads, {})) {
    if (store_reachable) {
      store.begin(read);
      for (const StoreReply& reply : store.take_replies()) feed(StoreInput{reply});
    } else {
      feed(StoreInput{{read.ticket, StoreOutcome::unavailable, {}}});
    }
  }
}

void FakeGateway::carry_out(Actions& actions) {
  for (Action& action : actions) {
    std::visit([this](auto& one) { perform(one); }, action);
  }
  if (auto_read) answer_reads();
  while (auto_commit && !asked.empty()) {
    settle(store_reachable ? StoreOutcome::applied : StoreOutcome::unavailable, store_reachable);
  }
}

void FakeGateway::perform(InstallSession& action) {
  ++installed;
  views[action.tag] = action.view;
  meters[action.tag] = action.meters;
  control_keys[action.tag] = action.control_open.clone();
  installs.push_back(std::move(action));
  key_epochs[action.tag] = action.view.key_epoch;
}

void FakeGateway::perform(StageKeys& action) {
  EXPECT_TRUE(slots.has_keys(action.tag)) << "staged keys have room reserved";
  EXPECT_EQ(action.suite, views.at(action.tag).suite);
  EXPECT_TRUE(staged.emplace(action.tag, std::move(action)).second) << "one rekey at a time";
}

void FakeGateway::perform(RetireKeys& action) {
  EXPECT_EQ(staged.at(action.tag).key_epoch, action.key_epoch);
  key_epochs[action.tag] = action.key_epoch;
  staged.erase(action.tag);
  slots.free_keys(action.tag);
}

void FakeGateway::perform(DropStagedKeys& action) {
  staged.erase(action.tag);
  slots.free_keys(action.tag);
}

void FakeGateway::perform(RemoveSession& action) {
  removals.push_back(action);
  staged.erase(action.tag);
  key_epochs.erase(action.tag);
  views.erase(action.tag);
  control_keys.erase(action.tag);
  slots.free(action.tag);
}

}  // namespace jvpn::test
