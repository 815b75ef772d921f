// SPDX-License-Identifier: Apache-2.0
// What a run is to do. Every default is what `jvpn-churn run --help` says.
#pragma once

#include <string>

#include "base/time.h"
#include "benchmarks/churn/identity.h"
#include "session/core/address.h"

namespace jvpn::churn {

/// How a session learns that its path is gone.
enum class Death : std::uint8_t {
  link,    ///< the operating system says so, as when a link goes down
  silent,  ///< nobody does: what is sent there vanishes, and its heartbeats stay unanswered
};

struct Options {
  Identities who;
  PublicKey gateway_key{};
  Endpoint gateway;
  Endpoint sink;     ///< a local address behind the gateway's plaintext port
  IpPrefix sources;  ///< local as a whole
  std::uint32_t sockets = 4;

  double births_per_s = 0;            ///< at most; 0: as fast as they are answered
  std::uint32_t births_at_once = 64;  ///< handshakes under way
  double seconds = 10;                ///< of the steady part
  Duration data_interval = 1s;        ///< per session; zero: no data
  std::uint32_t packet_size = 64;     ///< inner
  Duration jump_interval{};           ///< per session; zero: none
  std::uint32_t jumps_at_once = 512;  ///< of these, waiting for their ACK
  std::uint32_t storms = 0;           ///< all sessions jump at once, so many times
  Death death = Death::link;
  Duration heartbeat{};  ///< wished for; zero: the policy's

  int gateway_pid = 0;    ///< whose memory and control thread's time to tell; 0: none
  std::string json_file;  ///< empty: none
};

}  // namespace jvpn::churn
