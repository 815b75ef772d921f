// SPDX-License-Identifier: Apache-2.0
// The asking half of the handshake: INIT until an authentic ACK comes.
//
//   start -> INIT by route 1, wait 250 ms -> INIT by route 2, wait 500 ms -> ... (the same bytes)
//         -> ACK opens -> an Offer: everything that a session is made of, save the gateway's
//         consent
//
// A gateway under load answers by a COOKIE first: the same INIT again by the same route, with a
// mac2 made of it and nothing else changed.
//
// The gateway keeps nothing for an INIT, so repeating costs it bounded work only, and an offer that
// is not taken up costs it nothing: that is why a client in doubt may ask (live_session) by INIT.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "client/action.h"
#include "client/paths.h"
#include "client/settings.h"
#include "crypto/random.h"
#include "session/core/handshake.h"
#include "session/core/keys.h"

namespace jvpn::client {

struct Offer {
  AckPayload ack;
  SessionRoots roots;
  Tag client_tag;
  std::vector<std::uint8_t> birth_state;
  Route route;  ///< the path that it came by; CONFIRM must leave by the same
};

class Connect {
 public:
  Connect(const Settings& settings, RandomSource& random) : settings_(settings), random_(random) {}

  /// A new attempt; the first INIT leaves at `at`. `current`: the session believed to live, or
  /// zero.
  void start(Instant at, const SessionId& current);
  void stop() { attempt_.reset(); }
  bool is_active() const { return attempt_.has_value(); }
  /// Routes have changed: what is due later is sent soon.
  void hasten(Instant now);

  /// Sends INIT when it is due, each time by the next usable path, or to the next endpoint.
  void tick(const Paths& paths, Step step);
  Instant next_deadline() const { return attempt_ ? attempt_->due : Instant::never(); }

  /// A gateway under load wants the INIT under way again, with the cookie in it. False: it answers
  /// no INIT of ours, or says the same once more.
  bool on_cookie(ByteView datagram, const Route& came_by, Instant now);
  /// Only an answer to the attempt under way that opens counts; it ends the attempt. Anything else
  /// changes nothing.
  std::optional<Offer> on_ack(ByteView datagram, const Route& came_by);

 private:
  struct Attempt {
    Tag name;
    Tag client_tag;
    NoiseInitiator noise;
    std::vector<std::uint8_t> init;
    Instant due;
    Instant not_before{0};  ///< as a gateway under load asked
    std::optional<Instant> last_send;
    std::optional<Route> last_route;
    std::optional<Route> next_route;  ///< the one that a cookie holds for
    unsigned sends = 0;
  };

  bool is_offered(Suite suite) const;
  std::optional<Route> next_route(const Paths& paths, Instant now) const;

  const Settings& settings_;
  RandomSource& random_;
  std::optional<Attempt> attempt_;
};

}  // namespace jvpn::client
