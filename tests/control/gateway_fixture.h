// SPDX-License-Identifier: Apache-2.0
// A control core with everything around it faked: slots, store, worker, wire and clock. What the
// core wanted is kept in lists that tests look at.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "control/flight/recorded_sources.h"
#include "control/flight/replay.h"
#include "control/memory_store.h"
#include "control/records/session_record.h"
#include "session/core/wire.h"
#include "tests/control/fake_slots.h"

namespace jvpn::test {

Endpoint endpoint(const char* text);
Key32 key_of(std::uint8_t fill);

/// Key of the n-th provisioned peer.
KeyPair peer_key(std::size_t n);

struct Configured {
  Policy policy;
  std::size_t peers = 1;
  std::optional<Suite> suite = {};
  Key32 psk = {};
  Key32 next_psk = {};
  bool psk_required = false;
  std::vector<IpPrefix> routes = {};  ///< of each peer
  IpAddress dns = {};
  std::vector<Underlay> underlays = {{.v4 = true, .v6 = true}};
  std::uint64_t seed = 1;
  // Of a cluster.
  std::uint8_t node = 1;
  std::uint64_t incarnation = 1;
  std::optional<LeaseTimes> lease;
  MemoryStore* store = nullptr;  ///< shared with others; null: one of its own
};

class FakeGateway {
 public:
  explicit FakeGateway(Configured setup = {}, Instant start = Instant{1'000'000'000});
  /// Whatever a test did: flown again from its tape, it must give the same audit.
  ~FakeGateway();

  // ---- inputs --------------------------------------------------------------------------------
  bool feed(const CoreInput& input);
  void handshake(ByteView datagram, const Endpoint& source);
  /// Opens the way a worker does, then hands it on. False: it did not open, or nothing lives there.
  bool control(ByteView datagram, const Endpoint& source);
  /// As a worker punts it: nothing here opens it.
  void ticketed(ByteView datagram, const Endpoint& source);
  void drain(const Endpoint& where);
  void unbound(Tag tag, const Endpoint& source, std::size_t size = kHeartbeatSize);
  void health(Tag tag, const HealthReport& report);
  /// A sample of the present binding: all is well, its evidence is `age` old.
  void healthy(Tag tag, Duration age = {});
  void pass(Duration time);  ///< one tick at the end
  bool terminate(const SessionId& id);
  void shutdown();
  void lag(Duration by) { feed(LoadInput{by}); }
  /// Answers what the store was asked; `apply`: whether it also did it.
  void settle(StoreOutcome outcome, bool apply);
  void settle() { settle(StoreOutcome::applied, true); }
  /// The store does all that it was asked; its answers are on their way, until hear().
  std::vector<StoreReply> take_answers();
  void hear(const std::vector<StoreReply>& answers);

  bool rekey(const SessionId& id) { return feed(OperatorRekeyInput{id}); }
  /// False: refused.
  bool apply(const Policy& policy) { return feed(PolicyInput{policy}); }

  ControlConfig configure() const;

  // ---- what came out -------------------------------------------------------------------------
  std::vector<SendDatagram> take_sent() { return std::exchange(sent, {}); }
  std::vector<std::string> event_types() const;
  std::vector<AuditEvent> events(std::string_view type) const;
  /// "PREVIOUS->NEW reason epoch:sequence" of each SessionStateChange.
  std::vector<std::string> transitions() const;
  std::uint64_t counter(std::string_view name) const;
  SessionInfo session() const;  ///< the only one
  /// What the n-th unanswered transaction would make of its session.
  SessionRecord wanted(std::size_t n = 0) const;
  std::size_t stored_sessions() const;
  /// Everything that must not change by replays and forgeries, as text.
  std::string picture() const;

  Instant now;
  bool auto_commit = true;
  bool auto_read = true;
  bool store_reachable = true;  ///< else everything asked is `unavailable`
  Configured setup;
  KeyPair key = KeyPair::from_secret(key_of(7));
  SeededRandom random;
  FakeSlots slots;
  MemoryStore own_store;
  MemoryStore& store;
  std::vector<std::uint8_t> tape_bytes;
  TapeWriter tape{
      [this](ByteView frame) { tape_bytes.insert(tape_bytes.end(), frame.begin(), frame.end()); }};
  RecordedRandom recorded_random{random, tape};
  RecordedSlots recorded_slots{slots, tape};
  ControlCore core;
  std::vector<SendDatagram> sent;
  std::vector<AuditEvent> audit;
  std::vector<StoreRead> reads;         ///< not yet answered, when auto_read is off
  std::vector<StoreTransaction> asked;  ///< not yet answered, when auto_commit is off
  std::map<Tag, SessionView> views;
  std::map<Tag, MetersPolicy> meters;
  std::map<Tag, Key32> control_keys;
  std::map<Tag, StageKeys> staged;     ///< second key epochs, not retired yet
  std::map<Tag, KeyEpoch> key_epochs;  ///< of the keys that the record has
  std::size_t installed = 0;
  std::vector<InstallSession> installs;
  std::vector<RemoveSession> removals;
  std::optional<Instant> serving_until;  ///< the last one set
  std::size_t last_actions = 0;  ///< that the latest input brought about, without what followed

 private:
  void carry_out(Actions& actions);
  void answer_reads();
  void perform(SendDatagram& action) { sent.push_back(std::move(action)); }
  void perform(InstallSession& action);
  void perform(PublishView& action) {
    views.at(action.tag) = action.view;
    meters[action.tag] = action.meters;
  }
  void perform(StageKeys& action);
  void perform(RetireKeys& action);
  void perform(DropStagedKeys& action);
  void perform(RemoveSession& action);
  void perform(SetServingDeadline& action) { serving_until = action.until; }
  void perform(WriteAudit& action) {
    tape.event(action.event);
    audit.push_back(std::move(action.event));
  }
  void perform(StoreTransaction& action) { asked.push_back(std::move(action)); }
  void perform(StoreRead& action) { reads.push_back(std::move(action)); }
};

/// A field of an event as text; "" when it is not there.
std::string field(const AuditEvent& event, std::string_view name);
std::string as_text(const AuditEvent& event);

}  // namespace jvpn::test
