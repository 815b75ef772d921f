// SPDX-License-Identifier: Apache-2.0
// All checkers, outside the code under test. They see what gateways and clients receive, send,
// publish, audit and deliver; each rule stands in one sentence above its class.
#pragma once

#include "control/core.h"
#include "tests/sim/checkers/amplification.h"
#include "tests/sim/checkers/bindings.h"
#include "tests/sim/checkers/bounds.h"
#include "tests/sim/checkers/coverage.h"
#include "tests/sim/checkers/deadlines.h"
#include "tests/sim/checkers/deliveries.h"
#include "tests/sim/checkers/fates.h"
#include "tests/sim/checkers/leases.h"
#include "tests/sim/checkers/nonces.h"
#include "tests/sim/checkers/ownership.h"
#include "tests/sim/checkers/replays.h"
#include "tests/sim/checkers/serving.h"
#include "tests/sim/checkers/versions.h"
#include "tests/sim/checkers/wanderings.h"
#include "tests/sim/world/network.h"

namespace jvpn::sim {

class Checkers {
 public:
  Checkers(const World& world, const Policy& policy);

  // ---- what a gateway does, `node` by index, times by its own clock --------------------------
  void received(std::size_t node, const Endpoint& source, ByteView datagram);
  void sent(std::size_t node, const Endpoint& destination, ByteView datagram, Instant now);
  void installed(std::size_t node, const InstallSession& session, When when);
  void staged(std::size_t node, const StageKeys& keys);
  void published(std::size_t node, const PublishView& change, When when);
  void removed(std::size_t node, Tag tag, Instant now);
  /// Which session the node has under this tag.
  void named(std::size_t node, Tag tag, const SessionId& id);
  void audited(std::size_t node, const AuditEvent& event);
  void delivered_up(std::size_t node, Tag tag, const Endpoint& source, Instant now);
  void serves_until(std::size_t node, Instant deadline) { serving.until(node, deadline); }
  /// The node is gone; `remembers`: its store outlives it.
  void crashed(std::size_t node, bool remembers);

  // ---- what a device does ---------------------------------------------------------------------
  void client_sent(std::size_t device, const SessionId& session, ByteView datagram);
  void client_audited(const AuditEvent& event);

  Breaches breaches;
  Versions versions;
  Deadlines deadlines;
  Bindings bindings;
  Amplification amplification;
  Nonces nonces;
  Deliveries deliveries;
  Ownership ownership;
  Serving serving;
  Leases leases;
  Fates fates;
  Replays replays;
  Bounds bounds;
  Wanderings wanderings;
  Coverage coverage;
  FaultClock faults;
  std::uint64_t jumps = 0;
  bool tell = false;  ///< print audit events as they are written

 private:
  void served(std::size_t node, const SessionView* view);
  void keyed(const SessionView& view, KeyEpoch epoch, const TrafficKey& downlink);
  void note_binding(std::size_t node, Tag tag, const SessionView& view, When when);

  const World& world_;
  std::map<std::pair<std::size_t, Tag>, SessionId> ids_;
  std::map<std::pair<Tag, std::uint8_t>, std::uint64_t> downlink_keys_;
};

}  // namespace jvpn::sim
