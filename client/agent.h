// SPDX-License-Identifier: Apache-2.0
// The client: bytes, randomness, path events and `now` go in, actions come out. No I/O, no clock;
// the same object runs in the program and in the simulator. One thread.
//
//   1. Handshake by the best path until the gateway answers (connect.h), CONFIRM until DONE.
//   2. Live: data both ways, heartbeats, jumps (live_session.h).
//   3. When a session ends, whoever ended it, say why and begin again at 1, for ever.
//
// A step that comes much later than was asked for means that nothing ran, as in suspend: evidence
// is then stale, and asked for at once.
//
// While REQUESTs stay unanswered it asks by INIT whether the gateway still knows the session; an
// authentic "no" ends it (unknown_session), and the same handshake becomes the new session.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "client/action.h"
#include "client/live_session.h"
#include "client/packet.h"
#include "client/settings.h"

namespace jvpn::client {

/// What to do with packets that wait in the tunnel interface.
enum class Gate : std::uint8_t {
  flow,  ///< take them and seal()
  hold,  ///< leave them in the kernel's bounded queue, a path is being looked for
  drop,  ///< nothing came in time: take them and let them go
};

/// For people and tests.
struct Status {
  State state = State::terminated;  ///< BIRTH while a handshake is under way
  SessionId session;
  StateVersion version;
  StateVersion bound_version;
  Reason last_reason = Reason::none;
  Route bound;
  Endpoint observed;  ///< our source as the gateway sees it
  Duration rtt{};
};

class ClientAgent {
 public:
  /// `random` and `engine` outlive the agent.
  ClientAgent(Settings settings, RandomSource& random, AeadEngine& engine);
  ~ClientAgent();

  /// The operating system says how this path stands now.
  void on_path(PathId path, const PathState& state, Instant now, Actions& out);
  /// Kernel routes by this path changed; what was just sent may have gone nowhere.
  void on_route_hint(PathId path, Instant now, Actions& out);
  /// At most kPacketBurst datagrams. DATA is opened in place; `delivery` points into `burst`.
  void receive(std::span<ReceivedDatagram> burst, Instant now, Delivery& delivery, Actions& out);
  /// At most kPacketBurst packets from the tunnel. The route that the sealed ones leave by, or
  /// nothing: then all are dropped.
  std::optional<Route> seal(std::span<OutgoingPacket> burst);
  /// Every deadline that has passed. Call when next_deadline() says so.
  void on_tick(Instant now, Actions& out);
  Instant next_deadline(Instant now) const;
  Gate gate(Instant now) const;

  /// Tells the gateway that the session is over (`peer_terminated`); closed() once it answered or
  /// had its time.
  void shutdown(Instant now, Actions& out);
  bool closed() const { return phase_ == Phase::closed; }

  Status status() const;
  const TrafficCounters& counters() const { return counters_; }

 private:
  enum class Phase : std::uint8_t { connecting, confirming, live, closing, closed };
  struct Confirming;
  struct Closing;

  void begin(Instant at);
  void on_offer(Offer offer, Step step);
  void send_confirm(Step step);
  void on_done(ByteView datagram, Step step);
  void on_control(ReceivedDatagram& datagram, Step step);
  void close_answered(ByteView datagram);
  void send_terminate(Step step);
  void ask_whether_known(Step step);
  void deliver(std::span<const ReceivedDatagram* const> origins, std::span<const ByteView> inner,
               Delivery& delivery, Step step);
  /// After anything that may have ended the session or changed what can be sent.
  void settle(Step step);
  /// Was the process asleep? Then nothing that time alone seems to say is true.
  void notice_gap(Step step);
  void end_session(Reason reason, Step step);

  Settings settings_;
  RandomSource& random_;
  AeadEngine& engine_;
  TrafficCounters counters_;
  Paths paths_;
  Connect connect_;
  Phase phase_ = Phase::connecting;
  std::unique_ptr<Confirming> confirming_;
  std::unique_ptr<LiveSession> live_;
  std::unique_ptr<Closing> closing_;
  ConfigureTunnel tunnel_;  ///< as last asked for
  Instant unsendable_since_{0};
  Instant wake_at_ = Instant::never();  ///< the deadline that we last asked to be called at
};

}  // namespace jvpn::client
