// SPDX-License-Identifier: Apache-2.0
// A session from its birth to its end, as the client lives it: which route it is bound to, whether
// that route is healthy, and the jump to another one when it is not, or when another one is better.
//
//   bound and healthy --- silence, loss ---> VOLATILE --- another path? ---> REQUEST there; data
//   stays
//        |                                                                   on the old path until
//        ACK | link down, address gone, no evidence for transport_dead
//        v
//   lost: RECOVERING, data waits ---> REQUEST, CHALLENGE, CONFIRM: data flows again ---> ACK: bound
//        `---> recovery window over: DEGRADED, tries again ---> transport TTL over: ended
//
// Says by ended() when it is over; its owner then calls finish() and lets it go.
#pragma once

#include <optional>

#include "client/connect.h"
#include "client/jump.h"
#include "client/key_age.h"
#include "client/path_health.h"
#include "client/paths.h"
#include "client/rekey.h"
#include "client/session.h"
#include "client/standby.h"
#include "client/state_track.h"
#include "client/switch_memory.h"
#include "client/traffic.h"

namespace jvpn::client {

class LiveSession {
 public:
  /// What it shares with the agent that owns it.
  struct Shared {
    Paths& paths;
    RandomSource& random;
    AeadEngine& engine;
    TrafficCounters& counters;
    ConfigureTunnel& tunnel;                ///< as last asked for
    const std::vector<IpPrefix>& prefixes;  ///< networks behind this client
  };

  /// The gateway said DONE to the offer's CONFIRM.
  LiveSession(Session session, const Offer& offer, const HandshakeDone& done, Shared shared,
              Step step);

  const Session& session() const { return session_; }
  State state() const { return track_.state(); }
  Reason last_reason() const { return track_.last_reason(); }
  const Endpoint& observed() const { return observed_; }
  const Route& bound() const { return bound_; }
  /// Where data goes now; nothing while it must wait.
  const std::optional<Route>& sending() const { return sending_; }
  Duration rtt() const { return health_.rtt(); }
  Traffic& traffic() { return traffic_; }
  const Traffic& traffic() const { return traffic_; }
  void count_sent(std::size_t packets);
  void count_received(const Route& came_by);

  void on_path(PathId path, Step step);
  /// The kernel's routes by this path changed: what was sent may have gone nowhere.
  void on_route_hint(PathId path, Instant now);
  void on_control(ByteView datagram, const Route& came_by, Step step);
  /// An opened inner packet that is no IP.
  void on_heartbeat(ByteView inner, const Route& came_by, Step step);
  /// Something may have opened under keys that it switches to.
  void on_opened(Step step) { watch_keys(step); }
  /// Nothing ran for this long (suspend): nobody could answer, and the gateway heard nothing of us.
  void on_gap(Duration gap, Step step);
  void tick(Step step);
  Instant next_deadline(Instant now) const;

  bool is_bound() const { return !lost_at_; }
  /// REQUESTs have been unanswered for long: the gateway may know this session no more.
  Instant question_at() const { return lost_at_ ? question_at_ : Instant::never(); }
  void put_off_question(Instant until) { question_at_ = until; }
  /// Somebody there does not know this session. That ends it, if it was asked where the owner is;
  /// other addresses may be those of nodes that never heard of it: they count once nobody else has
  /// answered for a whole recovery window.
  bool is_forgotten(const Endpoint& there, Instant now) const;

  std::optional<Reason> ended() const { return end_; }
  /// The last events. Nothing else may be called afterwards.
  void finish(Reason reason, Step step);
  /// TERMINATE, sealed once; to be sent until answered.
  SealedMessage seal_terminate(Reason reason);

 private:
  AuditEvent event(std::string_view type, Reason reason, Instant now) const;
  void apply(Event event, Reason own, Step step);
  void end(Reason reason) {
    if (!end_) end_ = reason;
  }
  bool is_lost() const { return !is_bound(); }
  void send(const Route& route, const MessageBody& body, MessageNumber answers, Step step);

  // live_session_recovery.cc: losing the binding, looking for another one
  void tick_recovery(Step step);
  void tick_jump(Step step);
  void release();
  void lose_binding(Step step);
  void seek(std::optional<Route> preferred, Step step);
  void ask_for(const Route& route, Reason cause, Step step);
  Jump::Wish wish_for(const Route& route, Reason cause) const;
  void retry_later(const Route& route, Instant at, bool firm);
  void give_up_jump(Step step);
  void end_jump();

  // live_session_bind.cc: the gateway's word, and who it is
  void on_message(const Message& message, const ReattachAck& ack, const Route& came_by, Step step);
  bool adopt_owner(const ReattachAck& ack, Step step);
  void commit(const ReattachAck& ack, Step step);
  void tell_switch(const ReattachAck& ack, Step step);
  void bind(const ReattachAck& ack, Step step);
  void roll_back(Step step);
  void expect_owner(const Message& message, const ReattachChallenge& challenge);

  // live_session_health.cc: heartbeats and what follows from them
  void tick_health(Step step);
  void send_heartbeat(Step step);
  void on_trigger(Event trigger, Step step);
  void escape(Step step);
  VolatilityPolicy limits() const;
  void set_stretch(std::uint8_t stretch);

  // live_session_keys.cc: fresh keys
  void watch_keys(Step step);
  void tick_keys(Step step);
  void on_message(const Message& message, const RekeyInit& init, const Route& came_by, Step step);
  void on_message(const Message& message, const RekeyAck& ack, const Route& came_by, Step step);

  // live_session_standby.cc: the other paths, and moving to a better one
  void tick_standby(Step step);
  void send_probes(Step step);
  std::optional<Route> better_route(Instant now) const;
  void on_message(const Message& message, const PathChallenge& challenge, const Route& came_by,
                  Step step);

  // live_session_control.cc: what the gateway says
  void on_message(const Message& message, const ReattachChallenge& challenge, const Route& came_by,
                  Step step);
  void on_message(const Message& message, const ReattachReject& reject, const Route& came_by,
                  Step step);
  void on_message(const Message& message, const UnboundNotice& notice, const Route& came_by,
                  Step step);
  void on_message(const Message& message, const Terminate& terminate, const Route& came_by,
                  Step step);
  void on_denied(const ReattachReject& reject, Step step);
  void on_put_off(const ReattachReject& reject, Step step);
  Route elsewhere(const Route& asked) const;
  Duration patience_elsewhere(const Route& asked);
  void ignore() { ++shared_.counters.control_ignored; }

  // live_session_orders.cc: what the gateway wants of us
  void on_message(const Message& message, const PolicyUpdate& update, const Route& came_by,
                  Step step);
  void on_message(const Message& message, const Migrate& migrate, const Route& came_by, Step step);
  void on_message(const Message& message, const Call& call, const Route& came_by, Step step);
  void learn_endpoints(std::span<const Endpoint> endpoints, Step step);
  void apply_policy(const PolicyUpdate& update, Step step);

  Shared shared_;
  Session session_;
  ClientPolicy policy_;
  Traffic traffic_;
  StateTrack track_;
  PathHealth health_;
  Jump jump_;
  Rekey rekey_;
  KeyAge key_age_;
  Standby standby_;
  SwitchMemory switches_;

  Instant born_at_;
  Route bound_;
  std::optional<Route> sending_;
  Endpoint observed_;
  std::uint64_t sent_unconfirmed_ = 0;  ///< over the route that a CONFIRM left by

  std::optional<Instant> lost_at_;  ///< since when nothing is bound, as far as we know
  Instant recovery_until_{0};
  Instant question_at_{0};
  Instant retry_at_ = Instant::never();
  bool retry_is_firm_ = false;  ///< the gateway named the time: no path event makes it sooner
  Route retry_route_;
  unsigned stale_answers_ = 0;
  unsigned sent_away_ = 0;  ///< answers owner_elsewhere since the last bind

  /// Who challenged us, if not the owner that we know; believed with its ACK only.
  struct Expected {
    Owner owner;
    OwnerEpoch epoch;
    PublicKey ours;
    PublicKey theirs;
    Key32 shared;  ///< of the two
  };
  std::optional<Key32> shared_with(const PublicKey& theirs);
  std::optional<Expected> expected_;
  unsigned owner_sends_ = 0;  ///< REQUESTs that the owner left unanswered, or no path led to it
  Instant call_again_at_{0};

  KeyEpoch told_epoch_;  ///< whose KeyRotated was written
  KeyNeed key_need_ = KeyNeed::none;
  Instant retire_keys_at_ = Instant::never();

  Instant choose_at_;  ///< no sooner to a better path
  std::uint8_t stretch_ = 1;
  std::uint64_t data_sent_ = 0;       ///< by this binding; tells silence from traffic
  std::uint64_t data_sent_then_ = 0;  ///< when the last heartbeat left
  Instant heartbeat_at_;
  Duration silence_{};                           ///< before the last heartbeat
  MessageNumber policy_number_;                  ///< of the POLICY_UPDATE that holds
  std::optional<PolicyVersion> policy_version_;  ///< and its version
  std::optional<Reason> end_;
};

}  // namespace jvpn::client
