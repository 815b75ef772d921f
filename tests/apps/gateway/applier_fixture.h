// SPDX-License-Identifier: Apache-2.0
// The applier on a real session table and real pools, with outlets that write down what they get.
#pragma once

#include <gtest/gtest.h>

#include "apps/gateway/applier.h"
#include "tests/session/shared/table_fixture.h"

namespace jvpn {

inline constexpr std::uint64_t kKept = 1000;  ///< among Recorder::calls: the record is complete

class Recorder final : public ControlOutlets {
 public:
  OuterTemplate outer_to(std::uint8_t underlay, const Endpoint& peer) override {
    OuterTemplate outer;
    outer.bytes[0] = underlay;
    outer.next_hop = peer.port;
    return outer;
  }
  void send(const SendDatagram& datagram) override { calls.push_back(datagram.destination.port); }
  void ask(const StoreTransaction& transaction) override { calls.push_back(transaction.ticket); }
  void ask(const StoreRead& read) override { calls.push_back(read.ticket); }
  void record(const AuditEvent& event) override { calls.push_back(event.version.sequence); }
  void keep_record() override { calls.push_back(kKept); }
  void serve_until(Instant deadline) override {
    calls.push_back(static_cast<std::uint64_t>(deadline.ns));
  }

  std::vector<std::uint64_t> calls;
};

inline const IpAddress kFour = *parse_address("10.77.0.2");
inline const IpAddress kSix = *parse_address("fd77::2");

inline SessionView view_of(std::uint32_t sequence, std::uint16_t port = 4000) {
  SessionView view;
  view.version = StateVersion{OwnerEpoch{1}, sequence};
  view.state = State::attached;
  view.underlay = 3;
  view.bound = Endpoint{*parse_address("192.0.2.7"), port};
  view.inner_v4 = kFour;
  view.inner_v6 = kSix;
  return view;
}

class ApplierTest : public testing::Test {
 protected:
  InstallSession install(Tag tag, std::uint32_t sequence = 1) {
    InstallSession action;
    action.tag = tag;
    action.uplink.key.writable()[0] = 0x11;
    action.downlink.key.writable()[0] = 0x22;
    action.control_open.writable()[0] = 0x33;
    action.view = view_of(sequence);
    return action;
  }
  template <class... Each>
  void apply(Each... each) {
    Actions actions;
    (actions.emplace_back(std::move(each)), ...);
    applier.apply(actions);
  }
  const Snapshot* find(Tag tag) { return table.find(tag); }
  static std::uint32_t slot(Tag tag) { return GatewayTag::unpack(tag).slot; }

  TableInMemory made{TableShape{.slots = 2, .readers = 1, .node = 7}};
  SessionTable& table = made.table;
  AddressPool four = *AddressPool::create(*parse_prefix("10.77.0.0/24"));
  AddressPool six = *AddressPool::create(*parse_prefix("fd77::/120"));
  AeadEngine aead = *AeadEngine::create();
  Recorder outlets;
  Applier applier{SharedState{table, &four, &six}, aead, outlets};
};

}  // namespace jvpn
