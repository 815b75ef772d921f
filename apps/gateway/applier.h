// SPDX-License-Identifier: Apache-2.0
// Carries out what the control core decided: first all of it goes on record, then it happens, in
// order: session table, address pools and routes here, what leaves the process through
// ControlOutlets. Control thread only.
#pragma once

#include <map>

#include "control/core.h"
#include "crypto/aead.h"
#include "session/shared/address_pool.h"
#include "session/shared/session_table.h"

namespace jvpn {

class Routes;

/// Where actions go that concern others than the session table.
class ControlOutlets {
 public:
  virtual ~ControlOutlets() = default;
  /// Outer headers of a peer's packets.
  virtual OuterTemplate outer_to(std::uint8_t underlay, const Endpoint& peer) = 0;
  virtual void send(const SendDatagram& datagram) = 0;
  virtual void ask(const StoreTransaction& transaction) = 0;
  virtual void ask(const StoreRead& read) = 0;
  virtual void record(const AuditEvent& event) = 0;
  /// No more events of this batch: what they tell of is about to happen.
  virtual void keep_record() = 0;
  virtual void serve_until(Instant deadline) = 0;
};

/// What workers look into. What is not configured is null.
struct SharedState {
  SessionTable& table;
  AddressPool* pool_v4 = nullptr;
  AddressPool* pool_v6 = nullptr;
  Routes* routes = nullptr;
};

class Applier {
 public:
  Applier(SharedState shared, AeadEngine& aead, ControlOutlets& outlets)
      : shared_(shared), aead_(aead), outlets_(outlets) {}

  void apply(const Actions& actions);
  /// Publishes what found no free snapshot before. Call each turn. Returns how many still wait.
  std::size_t retry_publications();
  /// How often a view had to wait because a worker stalled.
  std::uint64_t publications_delayed() const { return publications_delayed_; }

 private:
  void carry_out(const SendDatagram& action) { outlets_.send(action); }
  void carry_out(const InstallSession& action);
  void carry_out(const PublishView& action);
  void carry_out(const StageKeys& action);
  void carry_out(const RetireKeys& action) { shared_.table.retire_keys(action.tag); }
  void carry_out(const DropStagedKeys& action) { shared_.table.drop_keys(action.tag); }
  void carry_out(const RemoveSession& action);
  void carry_out(const SetServingDeadline& action) { outlets_.serve_until(action.until); }
  void carry_out(const WriteAudit&) {}  // apply() has begun with these
  void carry_out(const StoreTransaction& action) { outlets_.ask(action); }
  void carry_out(const StoreRead& action) { outlets_.ask(action); }

  Snapshot snapshot_of(const SessionView& view);
  bool publish(Tag tag, const SessionView& view);
  void set_meters(Tag tag, const MetersPolicy& meters);
  void assign(const IpAddress& address, Tag tag);
  void clear(const IpAddress& address, Tag tag);
  /// Null when the address lies outside of the pools: then a route leads to it.
  AddressPool* pool_of(const IpAddress& address) const;

  Routes& routes() const;

  SharedState shared_;
  AeadEngine& aead_;
  ControlOutlets& outlets_;
  std::map<Tag, SessionView> waiting_;  ///< newest view of each session whose publication failed
  std::uint64_t publications_delayed_ = 0;
};

}  // namespace jvpn
