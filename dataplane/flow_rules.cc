// SPDX-License-Identifier: Apache-2.0
#include "dataplane/flow_rules.h"

#include <rte_errno.h>

#include "session/core/tag.h"
#include "session/core/wire.h"

namespace jvpn {
namespace {

constexpr std::uint8_t kTypeBits = 0xf0;  ///< the other half of the first byte is the key epoch
constexpr std::uint8_t kNodeBits = 0xff;
constexpr std::uint8_t kWorkerBits = 0xfc;

std::string words_of(const rte_flow_error& error, int number) {
  const std::string reason = rte_strerror(number);
  const bool more = error.message != nullptr && reason != error.message;
  return more ? std::string(error.message) + " (" + reason + ")" : reason;
}

}  // namespace

OwnerRule::OwnerRule(const Match& match) : mask_{kTypeBits, kNodeBits, kWorkerBits} {
  attributes_.ingress = 1;
  const Bytes<7> tag = GatewayTag{match.node, match.worker, 0, 0}.pack().to_wire();
  wanted_ = {static_cast<std::uint8_t>(static_cast<unsigned>(WireType::data) << 4), tag[0], tag[1]};
  udp_.hdr.dst_port = network_order(match.udp_port);
  udp_mask_.hdr.dst_port = 0xffff;
  raw_.relative = 1;
  raw_.length = kBytes;
  raw_.pattern = wanted_.data();
  raw_mask_.relative = 1;
  raw_mask_.search = 1;
  raw_mask_.offset = -1;
  raw_mask_.limit = 0xffff;
  raw_mask_.length = 0xffff;
  raw_mask_.pattern = mask_.data();
  queue_.index = match.worker;
  pattern_[0].type = RTE_FLOW_ITEM_TYPE_ETH;
  pattern_[1].type = match.v4 ? RTE_FLOW_ITEM_TYPE_IPV4 : RTE_FLOW_ITEM_TYPE_IPV6;
  pattern_[2] = {RTE_FLOW_ITEM_TYPE_UDP, &udp_, nullptr, &udp_mask_};
  pattern_[3] = {RTE_FLOW_ITEM_TYPE_RAW, &raw_, nullptr, &raw_mask_};
  pattern_[4].type = RTE_FLOW_ITEM_TYPE_END;
  actions_[0] = {RTE_FLOW_ACTION_TYPE_QUEUE, &queue_};
  actions_[1].type = RTE_FLOW_ACTION_TYPE_END;
}

Result<rte_flow*> EthFlowDevice::add(const OwnerRule& rule) {
  rte_flow_error error{};
  const int refused =
      rte_flow_validate(port_, rule.attributes(), rule.pattern(), rule.actions(), &error);
  if (refused != 0) return fail(words_of(error, -refused));
  rte_flow* made =
      rte_flow_create(port_, rule.attributes(), rule.pattern(), rule.actions(), &error);
  if (made == nullptr) return fail(words_of(error, rte_errno));
  return made;
}

void EthFlowDevice::remove(rte_flow* rule) {
  rte_flow_error ignored{};
  rte_flow_destroy(port_, rule, &ignored);
}

Result<std::size_t> add_owner_rules(FlowDevice& device, const Link& link, std::uint8_t node,
                                    std::uint8_t workers) {
  std::vector<rte_flow*> made;
  for (const bool v4 : {true, false}) {
    if (link.own(v4).is_unset()) continue;
    for (std::uint8_t worker = 0; worker < workers; ++worker) {
      auto rule = device.add(OwnerRule({v4, link.udp_port, node, worker}));
      if (!rule) {
        for (rte_flow* earlier : made) device.remove(earlier);
        return fail(rule.error().what);
      }
      made.push_back(*rule);
    }
  }
  return made.size();
}

}  // namespace jvpn
