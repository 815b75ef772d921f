// SPDX-License-Identifier: Apache-2.0
// The control core: decides. One object, one thread, no I/O, no clock: it takes bytes, health
// samples, store replies, operator's wishes and `now`, and appends actions to a list that its
// caller carries out in order. The same object runs in the gateway and in the simulator.
//
// Birth, bind and terminate are two steps each: the core asks the ownership store
// (StoreTransaction) and goes on only when it has been applied (on_store). Until then nothing is
// answered and nothing changes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "control/ownership_store.h"
#include "crypto/noise.h"
#include "crypto/random.h"
#include "session/core/audit.h"
#include "session/core/keys.h"
#include "session/core/messages.h"
#include "session/core/policy.h"
#include "session/core/session_view.h"

namespace jvpn {

/// A provisioned peer.
struct PeerConfig {
  std::string name;
  PeerKey key{};
  IpAddress inner_v4;
  IpAddress inner_v6;
  std::vector<IpPrefix> routes;  ///< beside the pools: networks behind it, its own fixed addresses
  std::optional<Suite> suite;    ///< fixed suite; else the client's first offer that we know
  Key32 psk;                     ///< all-zero: none
  Key32 next_psk;                ///< accepted beside it while clients change over; all-zero: none
  bool psk_required = false;     ///< the all-zero PSK is refused
};

/// What all nodes of a cluster share. A single node draws them at its start.
struct ClusterKeys {
  Key32 ticket;           ///< tickets are made with it
  Key32 previous_ticket;  ///< tickets of before the last change; all-zero: none
  Key32 store;            ///< seals what the ownership store must not see
};

/// How a node of a cluster proves to the others that it lives.
struct LeaseTimes {
  Duration renewal = 1s;
  Duration ttl = 5s;     ///< it may act that long after its last successful renewal was sent
  Duration margin = 1s;  ///< beyond TTL and a hundredth of it for drift, before another takes over
  bool bounds_serving = true;  ///< false: nobody else can take over (a store of this node alone)
  bool sole_instance = false;  ///< the caller holds what no other instance of this node can hold
};

/// A port towards clients, by what it can send to. Its place in the list is its number.
struct Underlay {
  bool v4 = false;
  bool v6 = false;
};

struct ControlConfig {
  std::uint8_t node = 1;
  std::uint64_t incarnation = 1;  ///< random, new at each start
  std::uint8_t workers = 1;
  std::uint16_t tunnel_mtu = 1420;
  OwnerEpoch owner_epoch{1};
  ClusterKeys cluster;
  std::optional<LeaseTimes> lease;  ///< nothing: serves for ever, and nobody is taken over from
  std::array<IpAddress, kMaxDnsServers> dns{};             ///< for clients; unset: none
  std::array<Endpoint, kMaxGatewayEndpoints> endpoints{};  ///< where clients find this gateway
  KeyPair key;
  std::vector<Underlay> underlays;
  std::vector<PeerConfig> peers;
  Policy policy;
};

/// Where clients of a node that is being drained should go; unset entries at the end: none.
using MigrateTargets = std::array<Endpoint, kMaxMigrateEndpoints>;

/// Where a datagram came from and how long it was: no answer may be longer.
struct Arrival {
  Endpoint source;
  std::uint8_t underlay = 0;
  std::size_t wire_size = 0;
};

// ---- actions ---------------------------------------------------------------------------------

struct SendDatagram {
  std::uint8_t underlay = 0;
  Endpoint destination;
  std::vector<std::uint8_t> payload;
};
/// Put a new session into the table: keys (traffic both ways, control open key) and first view.
struct InstallSession {
  Tag tag;
  TrafficKey uplink;
  TrafficKey downlink;
  Key32 control_open;
  SessionView view;
  MetersPolicy meters = {};
  std::span<const IpPrefix> routes = {};  ///< PeerConfig::routes, which the core keeps
};
struct PublishView {
  Tag tag;
  SessionView view;
  MetersPolicy meters = {};
};
/// Put the next epoch's keys beside the session's own; SlotSource::reserve_keys has said yes.
/// Workers open under both and seal under the new ones once the published view's key epoch is
/// theirs, or the client has used them.
struct StageKeys {
  Tag tag;
  KeyEpoch key_epoch;
  Suite suite = Suite::aes_256_gcm;
  TrafficKey uplink;
  TrafficKey downlink;
};
/// The session's own keys end; the staged ones take their place. Done when the health report shows
/// their epoch.
struct RetireKeys {
  Tag tag;
  KeyEpoch key_epoch;  ///< of the keys that stay
};
/// Staged keys, or only the room reserved for them, are given back.
struct DropStagedKeys {
  Tag tag;
};
struct RemoveSession {
  Tag tag;
  IpAddress inner_v4;
  IpAddress inner_v6;
  std::span<const IpPrefix> routes = {};
};
struct WriteAudit {
  AuditEvent event;
};
/// From then on no session's data is accepted or sent: this node's lease may be another's.
struct SetServingDeadline {
  Instant until;
};
using Action =
    std::variant<SendDatagram, InstallSession, PublishView, StageKeys, RetireKeys, DropStagedKeys,
                 RemoveSession, SetServingDeadline, WriteAudit, StoreTransaction, StoreRead>;
using Actions = std::vector<Action>;

// ---- what the caller provides ----------------------------------------------------------------

/// Slots of the session table. Synchronous: it is memory of this process.
class SlotSource {
 public:
  virtual ~SlotSource() = default;
  /// A tag for a new session, owned by `worker`; nothing when the table is full.
  virtual std::optional<Tag> reserve(std::uint8_t worker) = 0;
  /// Gives back a tag that was never installed.
  virtual void release(Tag tag) = 0;
  /// Room for a second key epoch of an installed session: used by StageKeys, given back by
  /// DropStagedKeys or with the session. False: none is free, or the last rekey is not over.
  virtual bool reserve_keys(Tag tag) = 0;
};

/// Health of a binding as the worker's lines show it.
struct HealthReport {
  StateVersion bound_version;
  std::uint64_t received = 0;         ///< over this binding
  std::uint64_t peer_sent = 0;        ///< what the client said it had sent, at its last heartbeat
  std::uint64_t received_at_ask = 0;  ///< `received` at that moment
  Instant evidence_at{0};             ///< last echoed nonce; 0: none over this binding yet
  std::uint32_t unechoed = 0;         ///< heartbeats in a row whose answer did not come back
  Duration rtt{};                     ///< as the client measured it last; zero: not yet
  std::uint64_t bytes_up = 0;
  std::uint64_t bytes_down = 0;
  KeyEpoch key_epoch;              ///< of the session's own keys; staged ones are not meant
  KeyEpoch opened_key_epoch;       ///< newest under which anything was opened; 0: none yet
  std::uint64_t failed_opens = 0;  ///< under the session's own uplink key
  std::uint64_t blocks = 0;        ///< of 16 bytes, under its own keys, the busier direction
  std::uint64_t metered_up = 0;    ///< packets dropped beyond the peak rate
  std::uint64_t metered_down = 0;
};

/// A row for operators.
struct SessionInfo {
  SessionId id;
  std::string peer;
  State state = State::terminated;
  StateVersion version;
  StateVersion bound_version;
  Reason last_reason = Reason::none;
  Endpoint bound;
  IpAddress inner_v4;
  IpAddress inner_v6;
  Tag tag;
  Suite suite = Suite::aes_256_gcm;
  std::uint32_t total_switches = 0;
  std::int64_t age_ms = 0;
  std::uint64_t bytes_up = 0;
  std::uint64_t bytes_down = 0;
  std::uint64_t metered_up = 0;  ///< packets dropped beyond the peak rate
  std::uint64_t metered_down = 0;
  std::vector<IpPrefix> routes;  ///< that lead to it beside the pools
};

class ControlCore {
 public:
  ControlCore(ControlConfig config, RandomSource& random, SlotSource& slots);
  ~ControlCore();

  /// Begins this node's life in the store. Until it has begun nobody is served.
  void start(Instant now, Actions& out);
  /// The store's answer to a StoreTransaction or StoreRead.
  void on_store(const StoreReply& reply, Instant now, Actions& out);
  /// INIT or CONFIRM: unauthenticated bytes.
  void on_handshake(ByteView datagram, const Arrival& from, Instant now, Actions& out);
  /// A TICKETED datagram whose tag names nothing alive here: raw, unauthenticated bytes.
  void on_ticketed(ByteView datagram, const Arrival& from, Instant now, Actions& out);
  /// An opened control message of the session with this tag (its plain bytes).
  void on_control(Tag tag, ByteView plain, const Arrival& from, Instant now, Actions& out);
  /// A worker saw the newest authentic packet of this session come from an unbound source.
  void on_unbound(Tag tag, const Arrival& from, Instant now, Actions& out);
  /// A datagram carries a tag under which nothing lives: a client that has not heard of its end is
  /// told again, at most once a second, if the datagram was long enough.
  void on_dead_tag(Tag tag, const Arrival& from, Instant now, Actions& out);
  /// Sampled from the worker's lines about every 50 ms for each live session.
  void on_health(Tag tag, const HealthReport& report, Instant now, Actions& out);
  /// How late the caller is with what it hands in: decides whether the node is under load.
  void on_load(Duration lag, Instant now);
  /// Every deadline that has passed. Call when next_deadline() says so, at least every 50 ms.
  void on_tick(Instant now, Actions& out);
  /// False: no such session.
  bool operator_terminate(const SessionId& id, Instant now, Actions& out);
  /// A changed policy, in force from now on as its `apply` says. Error: it is bad or no newer, with
  /// the key and what is expected; the last good one stays in force and no session is born until a
  /// good one comes.
  Result<void> apply_policy(Policy policy, Instant now, Actions& out);
  /// There is a changed policy that cannot even be read: as if a bad one had been applied.
  void refuse_policy(std::string_view why, Instant now, Actions& out);
  /// In force for new sessions.
  const Policy& policy() const;
  /// Fresh traffic keys for this session, begun with its next health report. False: no such
  /// session.
  bool operator_rekey(const SessionId& id);
  /// No births any more; clients are sent to these endpoints and their sessions handed over to
  /// whoever they arrive at.
  void drain(const MigrateTargets& where, Instant now, Actions& out);
  /// Ends all sessions for a clean shutdown: each client is told (`operator_terminated`).
  void shutdown(Instant now, Actions& out);

  std::vector<SessionInfo> sessions(Instant now) const;
  std::vector<Tag> live_tags() const;
  /// The next part of them, in turn: a caller that samples health need not do so for all at once.
  std::vector<Tag> next_live_tags(std::size_t most);
  std::size_t live_sessions() const;
  Instant next_deadline() const;
  /// Why datagrams were refused without a session event: name -> count.
  std::vector<std::pair<std::string, std::uint64_t>> counters() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jvpn
