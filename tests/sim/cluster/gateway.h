// SPDX-License-Identifier: Apache-2.0
// A gateway in virtual time: the real control core, store and audit log around a plane.
#pragma once

#include <memory>
#include <string>

#include "control/audit_log.h"
#include "control/core.h"
#include "control/memory_store.h"
#include "tests/sim/checkers/ledger.h"
#include "tests/sim/cluster/plane.h"

namespace jvpn::sim {

/// What outlives a restart: configuration and keys.
struct GatewaySetup {
  Key32 key;
  PeerKey client{};
  Policy policy;
  IpAddress client_address = IpAddress::v4({10, 77, 0, 2});
};

struct Ledgers {
  AuditLedger audit;
  PathLedger paths;
  NonceLedger nonces;
  DeliveryLedger deliveries;
  std::vector<std::string> breaches;
};

class Gateway final : private SlotSource {
 public:
  struct Surroundings {
    World& world;
    Network& network;
    Ledgers& ledgers;
    AeadEngine& engine;
  };

  Gateway(const GatewaySetup& setup, Surroundings around, std::uint64_t seed);
  ~Gateway() override;

  void receive(const Endpoint& source, Datagram datagram);
  /// Every 10 ms of virtual time: deadlines, health, what a worker's turn would do.
  void step();
  /// A numbered packet for the client; false when nobody is bound.
  bool send_numbered(std::uint64_t number);
  bool terminate_by_operator();

  std::vector<SessionInfo> sessions() const;
  const std::string& audit_text() const { return audit_text_; }

 private:
  std::optional<Tag> reserve(std::uint8_t worker) override;
  void release(Tag tag) override;
  bool reserve_keys(Tag tag) override;

  void carry_out(Actions& actions);
  void settle();
  void perform(SendDatagram& send);
  void perform(InstallSession& session);
  void perform(PublishView& change);
  void perform(StageKeys& keys) { plane_.stage(keys); }
  void perform(RetireKeys& keys) { plane_.table().retire_keys(keys.tag); }
  void perform(DropStagedKeys& keys) { plane_.table().drop_keys(keys.tag); }
  void perform(RemoveSession& session);
  void perform(SetServingDeadline& action) { plane_.serve_until(action.until); }
  void perform(WriteAudit& audit);
  void perform(StoreTransaction& transaction) { store_.begin(transaction); }
  void perform(StoreRead& read) { store_.begin(read); }

  Surroundings around_;
  IpAddress client_address_;
  SeededRandom random_;
  Plane plane_;
  MemoryStore store_;
  std::string audit_text_;
  AuditLog audit_;
  ControlCore core_;
  Instant next_sample_{0};
};

}  // namespace jvpn::sim
