// SPDX-License-Identifier: Apache-2.0
// A session from its birth to its end, as the client lives it: which route it is bound to, whether
// that route is healthy, and the jump to another one when it is not.
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
#include "client/path_health.h"
#include "client/paths.h"
#include "client/session.h"
#include "client/state_track.h"
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
  void count_sent(std::size_t packets);
  void count_received(const Route& came_by);

  void on_path(PathId path, Step step);
  /// The kernel's routes by this path changed: what was sent may have gone nowhere.
  void on_route_hint(PathId path, Instant now);
  void on_control(ByteView datagram, const Route& came_by, Step step);
  /// An opened inner packet that is no IP.
  void on_heartbeat(ByteView inner, const Route& came_by, Step step);
  void tick(Step step);
  Instant next_deadline(Instant now) const;

  bool is_bound() const { return !lost_at_; }
  /// REQUESTs have been unanswered for long: the gateway may know this session no more.
  Instant question_at() const { return lost_at_ ? question_at_ : Instant::never(); }
  void put_off_question(Instant until) { question_at_ = until; }

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

  // live_session.cc
  void tick_recovery(Step step);
  void tick_jump(Step step);
  void tick_release(Instant now);
  void lose_binding(Step step);
  void seek(std::optional<Route> preferred, Step step);
  void ask_for(const Route& route, Reason cause, Step step);
  void retry_later(const Route& route, Instant at, bool firm);
  void commit(const ReattachAck& ack, Step step);
  void tell_switch(const ReattachAck& ack, Step step);
  void bind(const ReattachAck& ack, Step step);
  void roll_back(Step step);

  // live_session_health.cc
  void tick_health(Step step);
  void send_heartbeat(Step step);
  void on_trigger(Event trigger, Step step);
  void escape(Step step);

  // live_session_control.cc
  void on_message(const Message& message, const ReattachChallenge& challenge, const Route& came_by,
                  Step step);
  void on_message(const Message& message, const ReattachAck& ack, const Route& came_by, Step step);
  void on_message(const Message& message, const ReattachReject& reject, const Route& came_by,
                  Step step);
  void on_message(const Message& message, const UnboundNotice& notice, const Route& came_by,
                  Step step);
  void on_message(const Message& message, const PathChallenge& challenge, const Route& came_by,
                  Step step);
  void on_message(const Message& message, const Terminate& terminate, const Route& came_by,
                  Step step);
  void on_denied(const ReattachReject& reject, Step step);
  void ignore() { ++shared_.counters.control_ignored; }
  bool is_fresh_news(const Message& message);

  Shared shared_;
  Session session_;
  ClientPolicy policy_;
  Traffic traffic_;
  StateTrack track_;
  PathHealth health_;
  Jump jump_;

  Instant born_at_;
  Route bound_;
  std::optional<Route> sending_;
  Endpoint observed_;
  std::uint64_t sent_unconfirmed_ = 0;  ///< over the route that a CONFIRM left by
  std::uint32_t switches_ = 0;

  std::optional<Instant> lost_at_;  ///< since when nothing is bound, as far as we know
  Instant recovery_until_{0};
  Instant question_at_{0};
  Instant retry_at_ = Instant::never();
  Instant release_at_ = Instant::never();  ///< data follows the CONFIRM by its route
  bool retry_is_firm_ = false;  ///< the gateway named the time: no path event makes it sooner
  Route retry_route_;
  unsigned stale_answers_ = 0;
  std::optional<Reason> end_;
};

}  // namespace jvpn::client
