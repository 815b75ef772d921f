// SPDX-License-Identifier: Apache-2.0
// The tiers of steering, on a device that reads its rules as a NIC would, and on a real one that
// refuses them.
#include "dataplane/steering.h"

#include <gtest/gtest.h>
#include <rte_ethdev.h>

#include "rig.h"

namespace jvpn::test {
namespace {

constexpr std::uint8_t kNode = 9;
constexpr std::uint8_t kWorkers = 4;

/// What a rule says, read out of rte_flow's structures.
struct ReadRule {
  bool v4 = false;
  rte_flow_item_udp udp{}, udp_mask{};
  std::vector<std::uint8_t> wanted, mask;
  std::uint16_t queue = 0;

  bool takes(bool is_v4, std::uint16_t port, ByteView payload) const {
    if (is_v4 != v4 || payload.size() < wanted.size()) return false;
    if (((network_order(port) ^ udp.hdr.dst_port) & udp_mask.hdr.dst_port) != 0) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (((payload[i] ^ wanted[i]) & mask[i]) != 0) return false;
    }
    return true;
  }
};

ReadRule read_rule(const OwnerRule& rule) {
  const rte_flow_item* item = rule.pattern();
  ReadRule out;
  EXPECT_EQ(item[0].type, RTE_FLOW_ITEM_TYPE_ETH);
  out.v4 = item[1].type == RTE_FLOW_ITEM_TYPE_IPV4;
  EXPECT_TRUE(out.v4 || item[1].type == RTE_FLOW_ITEM_TYPE_IPV6);
  EXPECT_EQ(item[2].type, RTE_FLOW_ITEM_TYPE_UDP);
  out.udp = *static_cast<const rte_flow_item_udp*>(item[2].spec);
  out.udp_mask = *static_cast<const rte_flow_item_udp*>(item[2].mask);
  EXPECT_EQ(item[3].type, RTE_FLOW_ITEM_TYPE_RAW);
  const auto& raw = *static_cast<const rte_flow_item_raw*>(item[3].spec);
  const auto& raw_mask = *static_cast<const rte_flow_item_raw*>(item[3].mask);
  EXPECT_EQ(raw.relative, 1u) << "counted from behind the UDP header";
  EXPECT_EQ(raw.offset, 0);
  EXPECT_EQ(raw.search, 0u);
  out.wanted.assign(raw.pattern, raw.pattern + raw.length);
  out.mask.assign(raw_mask.pattern, raw_mask.pattern + raw.length);
  EXPECT_EQ(item[4].type, RTE_FLOW_ITEM_TYPE_END);
  EXPECT_EQ(rule.actions()[0].type, RTE_FLOW_ACTION_TYPE_QUEUE);
  out.queue = static_cast<const rte_flow_action_queue*>(rule.actions()[0].conf)->index;
  EXPECT_EQ(rule.actions()[1].type, RTE_FLOW_ACTION_TYPE_END);
  return out;
}

/// Takes up to `room` rules.
class FakeFlowDevice final : public FlowDevice {
 public:
  explicit FakeFlowDevice(std::size_t room = 100) : room_(room) {}
  Result<rte_flow*> add(const OwnerRule& rule) override {
    if (rules.size() == room_) return fail("the rule table is full");
    rules.push_back(std::make_unique<ReadRule>(read_rule(rule)));
    return reinterpret_cast<rte_flow*>(rules.back().get());
  }
  void remove(rte_flow* rule) override {
    std::erase_if(
        rules, [&](const auto& kept) { return kept.get() == reinterpret_cast<ReadRule*>(rule); });
  }
  /// The queue that a datagram goes to; -1: no rule takes it, RSS decides.
  int queue_of(bool v4, std::uint16_t port, ByteView payload) const {
    int queue = -1;
    for (const auto& rule : rules) {
      if (!rule->takes(v4, port, payload)) continue;
      EXPECT_EQ(queue, -1) << "two rules take one datagram";
      queue = rule->queue;
    }
    return queue;
  }
  std::vector<std::unique_ptr<ReadRule>> rules;

 private:
  std::size_t room_;
};

Link make_link() {
  Link link;
  link.address = on_link("198.51.100.1/24");
  link.address6 = on_link("2001:db8::1/64");
  link.udp_port = 4500;
  return link;
}

Packet datagram(std::uint8_t first, const GatewayTag& tag) {
  Packet out(40, 0x5a);
  out[0] = first;
  store(out.data() + 1, tag.pack().to_wire());
  return out;
}

PortSteering choose(FlowDevice& device, const SteeringRequest& request,
                    const Link& link = make_link()) {
  auto chosen = choose_steering(request, link, device);
  EXPECT_TRUE(chosen) << chosen.error().what;
  return chosen ? *chosen : PortSteering{};
}

const SteeringRequest kAuto{Steering::automatic, kNode, kWorkers, {}};

TEST(Steering, RulesBringEachOwnersDataToItsQueueInBothFamiliesAndEveryKeyEpoch) {
  FakeFlowDevice device;
  EXPECT_EQ(choose(device, kAuto).tier, SteeringTier::flow);
  EXPECT_EQ(device.rules.size(), 2u * kWorkers);
  for (std::uint8_t worker = 0; worker < kWorkers; ++worker) {
    for (const std::uint32_t slot : {0u, 1u, 0xffffffu}) {
      for (const unsigned epoch : {0u, 7u, 15u}) {
        const auto first = static_cast<std::uint8_t>(0x50 | epoch);
        const Packet packet = datagram(first, {kNode, worker, slot, 0x3ffff});
        EXPECT_EQ(device.queue_of(true, 4500, packet), worker);
        EXPECT_EQ(device.queue_of(false, 4500, packet), worker);
      }
    }
  }
}

TEST(Steering, RulesLeaveAllElseAlone) {
  FakeFlowDevice device;
  choose(device, kAuto);
  const GatewayTag ours{kNode, 1, 5, 1};
  for (const auto& type : std::initializer_list<std::uint8_t>{0x10, 0x40, 0x60, 0x70}) {
    EXPECT_EQ(device.queue_of(true, 4500, datagram(type, ours)), -1);
  }
  EXPECT_EQ(device.queue_of(true, 4501, datagram(0x50, ours)), -1);
  EXPECT_EQ(device.queue_of(true, 4500, datagram(0x50, {kNode + 1, 1, 5, 1})), -1);
  EXPECT_EQ(device.queue_of(true, 4500, datagram(0x50, {kNode, kWorkers, 5, 1})), -1);
}

TEST(Steering, RulesAreForTheFamiliesThatTheLinkHas) {
  FakeFlowDevice device;
  Link link = make_link();
  link.address6 = {};
  choose(device, kAuto, link);
  EXPECT_EQ(device.rules.size(), kWorkers);
}

TEST(Steering, FallsBackToHashingAndSaysWhyAndLeavesNoRule) {
  FakeFlowDevice device(5);
  SteeringRequest request = kAuto;
  request.rss = {RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV6_UDP, "its table leaves out queue 3"};
  const PortSteering chosen = choose(device, request);
  EXPECT_EQ(chosen.tier, SteeringTier::rss);
  EXPECT_EQ(chosen.why,
            "no flow rules on the receiver tag: the rule table is full; RSS by ipv4 ipv6-udp, but "
            "its table leaves out queue 3");
  EXPECT_TRUE(device.rules.empty());
}

TEST(Steering, ATierThatIsDemandedAndRefusedIsAnErrorInTheDriversWords) {
  FakeFlowDevice device(0);
  SteeringRequest request = kAuto;
  request.wish = Steering::flow;
  const auto refused = choose_steering(request, make_link(), device);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, "the rule table is full");
}

TEST(Steering, AsksForNoRulesWhereNoneAreWantedOrUseful) {
  FakeFlowDevice device;
  SteeringRequest request = kAuto;
  request.wish = Steering::rss;
  EXPECT_EQ(choose(device, request).tier, SteeringTier::rss);
  Link plaintext = make_link();
  plaintext.plaintext = true;
  EXPECT_EQ(choose(device, kAuto, plaintext).tier, SteeringTier::rss);
  request = {Steering::flow, kNode, 1, {}};
  EXPECT_EQ(choose(device, request).tier, SteeringTier::single);
  EXPECT_TRUE(device.rules.empty());
}

TEST(Steering, ARealDeviceWithoutRulesIsQuoted) {
  Rig rig(2);
  EthFlowDevice device(rig.facts.links[Rig::kUnderlay].device);
  const PortSteering chosen =
      choose(device, {Steering::automatic, 1, 2, {}}, rig.facts.links[Rig::kUnderlay]);
  EXPECT_EQ(chosen.tier, SteeringTier::rss);
  EXPECT_EQ(chosen.why,
            "no flow rules on the receiver tag: Function not implemented; spreads by a rule of its "
            "own, offers no RSS");
}

}  // namespace
}  // namespace jvpn::test
