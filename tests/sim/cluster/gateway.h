// SPDX-License-Identifier: Apache-2.0
// A gateway in virtual time: the real control core, store and audit log around a plane. One object
// is one life of the process: a crash destroys it.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "control/audit_log.h"
#include "control/core.h"
#include "control/ownership_store.h"
#include "tests/sim/checkers/checkers.h"
#include "tests/sim/cluster/decisions.h"
#include "tests/sim/cluster/plane.h"
#include "tests/sim/world/alarm.h"
#include "tests/sim/world/node_clock.h"

namespace jvpn::sim {

/// A peer that a gateway knows.
struct PeerPlan {
  PeerKey key{};
  IpAddress inner;
};

/// What outlives a restart: configuration and keys.
struct GatewaySetup {
  std::uint8_t index = 0;
  Key32 key;
  std::vector<Underlay> underlays;
  std::vector<PeerPlan> peers;
  Policy policy;
  std::uint32_t slots = 16;
  Duration sample_every = 50ms;
  std::optional<Key32> cluster;  ///< ticket and store keys are made of it
  bool canary = false;           ///< a defect is built in: it takes every data packet twice
};

struct Surroundings {
  World& world;
  Network& network;
  Checkers& checkers;
  AeadEngine& engine;
};

class Gateway final : private SlotSource {
 public:
  /// What differs from one life to the next.
  struct Life {
    std::uint64_t seed = 0;
    std::unique_ptr<OwnershipStore> store;
    NodeClock clock;
  };
  Gateway(const GatewaySetup& setup, Surroundings around, Life life);
  ~Gateway() override;

  void receive(std::uint8_t underlay, const Endpoint& source, Datagram datagram);
  /// The store has replies to be taken.
  void store_answered();
  /// A numbered packet for a peer's inner address; false when nobody is bound there.
  bool send_numbered(const IpAddress& inner, const PacketNumber& number);
  bool terminate_by_operator(const SessionId& id);
  void drain(const std::vector<Endpoint>& targets);
  bool is_draining() const { return draining_; }
  /// Its control is late with its work until then.
  void burden(Instant until) { burdened_until_ = until; }
  void apply_policy(const Policy& policy);

  /// Stands still: what arrives waits, as far as a socket's buffer reaches.
  void pause();
  void resume();
  void leap(Duration span);

  std::vector<SessionInfo> sessions() const;
  std::size_t session_count() const { return by_inner_.size(); }
  std::vector<std::pair<std::string, std::uint64_t>> counters() const { return core_.counters(); }
  const std::string& audit_text() const { return audit_text_; }

 private:
  struct Waiting {
    std::uint8_t underlay;
    Endpoint source;
    Datagram datagram;
  };
  std::optional<Tag> reserve(std::uint8_t worker) override;
  void release(Tag tag) override;
  bool reserve_keys(Tag tag) override;

  When when(Tag tag);
  Instant now() const { return clock_.read(around_.world.now()); }
  Plane::Handlers plane_handlers();
  void take(std::uint8_t underlay, const Endpoint& source, Datagram datagram);
  void step();
  void plan();
  void tell_load();
  void take_control(ByteView datagram, const Arrival& from, Actions& actions);
  void deliver(Tag tag, const Endpoint& source, ByteView inner);
  void name_sessions();

  void carry_out(Actions& actions);
  void settle();
  void perform(SendDatagram& send);
  void perform(InstallSession& session);
  void perform(PublishView& change);
  void perform(StageKeys& keys);
  void perform(RetireKeys& keys) { plane_.table().retire_keys(keys.tag); }
  void perform(DropStagedKeys& keys) { plane_.table().drop_keys(keys.tag); }
  void perform(RemoveSession& session);
  void perform(SetServingDeadline& action);
  void perform(WriteAudit& audit);
  void perform(StoreTransaction& transaction) { ask(transaction); }
  void perform(StoreRead& read) { ask(read); }
  /// The store owes an answer, or did within the time after which questions are put again.
  bool is_store_late() const { return unanswered_ > 0 || around_.world.now() - owed_ <= 2s; }
  template <class Question>
  void ask(const Question& question) {
    if constexpr (requires { question.writes; }) decisions_.asked(question, now());
    ++unanswered_;
    asked_ = around_.world.now();
    store_->begin(question);
  }

  Surroundings around_;
  std::size_t node_;
  std::uint32_t slots_;
  Duration sample_every_;
  bool canary_;
  NodeClock clock_;
  SeededRandom random_;
  Plane plane_;
  std::unique_ptr<OwnershipStore> store_;
  std::string audit_text_;
  AuditLog audit_;
  ControlCore core_;
  Alarm alarm_;
  std::map<IpAddress, Tag> by_inner_;
  Instant next_sample_{0};
  std::uint8_t arrived_by_ = 0;  ///< underlay of the datagram at hand
  bool paused_ = false;
  bool draining_ = false;
  std::optional<Instant> burdened_until_;  ///< by the world's clock
  bool was_late_ = false;                  ///< the store, when the pause began
  bool installed_new_ = false;
  std::size_t unanswered_ = 0;   ///< questions that the store owes an answer to
  Instant asked_{0};             ///< by the world's clock: the last question
  Instant owed_{INT64_MIN / 4};  ///< by the world's clock: it was seen to owe an answer
  Decisions decisions_;
  std::map<Tag, SessionId> ids_;
  std::set<Tag> fresh_;        ///< installed, and not yet told to the checkers
  std::uint64_t effects_ = 0;  ///< changes of sessions, deliveries
  std::deque<Waiting> waiting_;
};

}  // namespace jvpn::sim
