// SPDX-License-Identifier: Apache-2.0
// Rules that let a port put each DATA datagram into the queue of the worker that owns its session,
// by the worker's bits in the receiver tag (session/core/tag.h):
//
//   Ethernet | IPv4 or IPv6 | UDP to our port | 0101 .... | node | worker .. | ...
//                                               type 5      8     6
#pragma once

#include <rte_flow.h>

#include <array>
#include <vector>

#include "base/result.h"
#include "dataplane/link.h"

namespace jvpn {

/// One rule: rte_flow's linked structures and what they point to.
class OwnerRule {
 public:
  struct Match {
    bool v4 = true;
    std::uint16_t udp_port = 0;
    std::uint8_t node = 0;
    std::uint8_t worker = 0;  ///< and the queue
  };
  explicit OwnerRule(const Match& match);
  OwnerRule(const OwnerRule&) = delete;
  OwnerRule& operator=(const OwnerRule&) = delete;

  const rte_flow_attr* attributes() const { return &attributes_; }
  const rte_flow_item* pattern() const { return pattern_.data(); }
  const rte_flow_action* actions() const { return actions_.data(); }

 private:
  static constexpr std::uint16_t kBytes = 3;  ///< of the UDP payload that a rule looks at
  rte_flow_attr attributes_{};
  std::array<std::uint8_t, kBytes> wanted_;
  std::array<std::uint8_t, kBytes> mask_;
  rte_flow_item_udp udp_{};
  rte_flow_item_udp udp_mask_{};
  rte_flow_item_raw raw_{};
  rte_flow_item_raw raw_mask_{};
  rte_flow_action_queue queue_{};
  std::array<rte_flow_item, 5> pattern_{};
  std::array<rte_flow_action, 2> actions_{};
};

/// A port's side of it; tests have one of their own.
class FlowDevice {
 public:
  virtual ~FlowDevice() = default;
  /// Errors: the driver's own words.
  virtual Result<rte_flow*> add(const OwnerRule& rule) = 0;
  virtual void remove(rte_flow* rule) = 0;
};

/// A started DPDK port. Its rules end with it.
class EthFlowDevice final : public FlowDevice {
 public:
  explicit EthFlowDevice(std::uint16_t port) : port_(port) {}
  Result<rte_flow*> add(const OwnerRule& rule) override;
  void remove(rte_flow* rule) override;

 private:
  std::uint16_t port_;
};

/// A rule for each worker and each family that the link has an address of. All or none: on an error
/// those that were made before are taken back. Returns how many there are.
Result<std::size_t> add_owner_rules(FlowDevice& device, const Link& link, std::uint8_t node,
                                    std::uint8_t workers);

}  // namespace jvpn
