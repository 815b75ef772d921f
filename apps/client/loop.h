// SPDX-License-Identifier: Apache-2.0
// The running client: waits, reads the clock, feeds the agent and carries out what it wants done.
// The one thread of `jvpn up`.
//
//   link events -> agent.on_path ---------.
//   sockets     -> packet_path.h -> TUN    |--> actions: datagrams, tunnel addresses, events
//   TUN         -> packet_path.h -> sockets|
//   deadline    -> agent.on_tick ---------'
#pragma once

#include <memory>

#include "apps/client/access_sockets.h"
#include "apps/client/config.h"
#include "apps/client/event_log.h"
#include "apps/client/packet_path.h"
#include "apps/client/poller.h"
#include "apps/client/surroundings.h"
#include "client/agent.h"
#include "client/os/link_monitor.h"
#include "client/os/tun.h"
#include "crypto/random.h"

namespace jvpn::client {

class Loop {
 public:
  /// Opens everything that the client needs; nothing is half started. Errors: what is missing.
  static Result<std::unique_ptr<Loop>> create(ClientConfig config);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until a signal ends it. Errors: the tunnel interface could not be set up.
  Result<void> run();

 private:
  struct Parts;
  Loop(ClientConfig config, Parts parts);

  void update_path(std::size_t interface);
  void on_links();
  void on_socket(std::size_t slot);
  void on_tunnel();
  void fail_with_tunnel(const std::string& what);
  void on_signal();
  void tell_counters();
  void fit_tunnel_interest();
  void complain_of_silence();
  void rest();
  void carry_out();
  void carry_out(const SendDatagram& send);
  void carry_out(const ConfigureTunnel& tunnel);
  void carry_out(const AllowEndpoints& allowed);
  void carry_out(const WriteEvent& event);

  ClientConfig config_;
  SystemRandom random_;
  std::unique_ptr<AeadEngine> engine_;
  Poller poller_;
  Tun tun_;
  std::unique_ptr<Surroundings> surroundings_;  ///< put back while the tunnel is still there
  LinkMonitor links_;
  EventLog events_;
  AccessSockets sockets_;
  ClientAgent agent_;
  PacketPath packets_;
  Moderation moderation_;
  Actions actions_;
  Actions doing_;  ///< taken from actions_ while they are carried out, which may add more
  Instant now_{0};
  bool tunnel_wanted_ = true;
  unsigned signals_ = 0;
  Instant silent_since_{0};
  Result<void> outcome_;
};

}  // namespace jvpn::client
