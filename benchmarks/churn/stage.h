// SPDX-License-Identifier: Apache-2.0
// What all sessions share.
#pragma once

#include <deque>
#include <vector>

#include "benchmarks/churn/options.h"
#include "benchmarks/churn/source_plan.h"
#include "benchmarks/churn/tally.h"
#include "benchmarks/churn/timer_wheel.h"
#include "benchmarks/churn/udp_port.h"
#include "client/action.h"
#include "client/packet.h"
#include "crypto/aead.h"
#include "crypto/random.h"

namespace jvpn::churn {

/// The timers of one session.
enum class Alarm : std::uint32_t { agent, data, jump };
inline constexpr std::uint32_t kAlarms = 3;

struct Stage {
  const Options& options;
  SourcePlan sources;
  std::vector<UdpPort> ports;  ///< towards the gateway
  AeadEngine engine;
  PooledRandom random;
  TimerWheel timers;
  Tally tally;
  std::deque<std::uint32_t> put_off;  ///< sessions whose jump is due and waits for those of others
  bool data_flows = true;             ///< false: sessions send no new data
  bool sessions_end = false;          ///< from now on an end is no surprise

  // What one agent says at a time.
  client::Actions actions;
  client::Actions doing;
  client::Delivery delivery;

  void set(std::uint32_t session, Alarm alarm, Instant at) {
    timers.set(session * kAlarms + static_cast<std::uint32_t>(alarm), at);
  }
};

}  // namespace jvpn::churn
