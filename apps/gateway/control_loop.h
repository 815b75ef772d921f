// SPDX-License-Identifier: Apache-2.0
// What the control thread does all day. Each turn: take what workers punted, sample health, run
// deadlines, carry out what the core decided, look after neighbours.
//
//   punt rings --> ControlCore --> actions --> Applier --> table, pools, inject ring, audit
//                       ^------- store replies  ------ OwnershipStore
//
// Control thread only; time is handed in.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "apps/gateway/applier.h"
#include "apps/gateway/audit_file.h"
#include "apps/gateway/flight_file.h"
#include "apps/gateway/nap.h"
#include "control/core.h"
#include "control/flight/recorded_sources.h"
#include "control/memory_store.h"
#include "dataplane/plane.h"
#include "session/core/rate_bucket.h"

namespace jvpn {

/// The session table's slots as the core sees them.
class TableSlots final : public SlotSource {
 public:
  explicit TableSlots(SessionTable& table) : table_(table) {}
  std::optional<Tag> reserve(std::uint8_t worker) override { return table_.reserve(worker); }
  void release(Tag tag) override { table_.release(tag); }
  bool reserve_keys(Tag tag) override { return table_.reserve_keys(tag); }

 private:
  SessionTable& table_;
};

class ControlLoop final : private ControlOutlets {
 public:
  /// Each may be empty.
  struct Files {
    std::optional<AuditFile> audit;
    std::optional<FlightFile> flight;  ///< records all that the core is told
  };
  /// `plane` must outlive the loop. Secrets of the node's own that are not configured are drawn.
  ControlLoop(ControlConfig config, DataPlane& plane, AeadEngine aead, Files files);
  ControlLoop(const ControlLoop&) = delete;
  ControlLoop& operator=(const ControlLoop&) = delete;

  /// Begins the node's life in the ownership store: before the first turn.
  void start(Instant now);
  Found turn(Instant now);
  /// Ends every session; each client is told, as far as turns that follow get it onto the wire.
  void end_sessions(Instant now);

  std::vector<SessionInfo> sessions(Instant now) const { return core_.sessions(now); }
  /// False: no such session.
  bool terminate(const SessionId& id, Instant now);
  /// False: no such session.
  bool rekey(const SessionId& id, Instant now);
  /// See ControlCore.
  Result<void> apply_policy(Policy policy, Instant now);
  void refuse_policy(std::string_view why, Instant now);
  const Policy& policy() const { return core_.policy(); }
  std::map<std::string, std::uint64_t> counters() const;

 private:
  Found take_punts(PuntClass kind, std::size_t most);
  void dispatch(const PuntCell& cell);
  std::size_t sample_slice() const;
  void sample_health();
  void run_deadlines();
  /// What the core draws from and reserves in: with a recorder between, if there is one.
  RandomSource& random();
  SlotSource& slots();
  /// Tells the core, and the recorder. False: the core said no.
  bool tell(const CoreInput& input);
  void tape_events(std::size_t first_action);
  void keep(ByteView frame);
  /// Applies actions_ and what follows from the store's answers, until nothing is left.
  void settle();

  OuterTemplate outer_to(std::uint8_t underlay, const Endpoint& peer) override;
  void send(const SendDatagram& datagram) override;
  void ask(const StoreTransaction& transaction) override { store_.begin(transaction); }
  void ask(const StoreRead& read) override { store_.begin(read); }
  void record(const AuditEvent& event) override;
  void keep_record() override { audit_.flush(); }
  void tell_people(const AuditEvent& event);
  void serve_until(Instant deadline) override { plane_.set_serving_deadline(deadline); }

  DataPlane& plane_;
  AeadEngine aead_;
  std::optional<AuditFile> audit_file_;
  AuditLog audit_;
  PooledRandom system_random_;
  TableSlots slots_;
  MemoryStore store_;
  std::optional<FlightFile> flight_;
  TapeWriter tape_;
  RecordedRandom recorded_random_{system_random_, tape_};
  RecordedSlots recorded_slots_{slots_, tape_};
  ControlCore core_;
  Applier applier_;
  Actions actions_;    ///< what the core decided and nobody has carried out yet
  Actions decided_;    ///< what is being carried out; empty but for its room between times
  Instant now_{0};     ///< of this turn
  Duration latest_{};  ///< how long the latest of this turn's punts had waited
  Instant next_sample_{0};
  Instant next_tick_{0};
  std::size_t publications_waiting_ = 0;
  RateBucket log_budget_;
  std::uint64_t untold_ = 0;  ///< lines beyond it
};

}  // namespace jvpn
