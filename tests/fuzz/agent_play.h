// SPDX-License-Identifier: Apache-2.0
// Programs for a client agent: each byte is a step (what a network, a gateway, an attacker, the
// operating system or time can do), the bytes behind it are the step's arguments. The gateway is
// scripted and its keys are real. What must hold is checked after every step, and at the end that
// client and gateway find each other again once the faults are over.
#pragma once

#include <map>

#include "tests/client/world.h"
#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {

/// Behind each stand two bytes: path and value.
enum class AgentOp : std::uint8_t {
  pass,
  link,        ///< up or down, as the operating system sees it
  black_hole,  ///< swallows all, or works again
  rebind,      ///< the path's NAT
  weather,     ///< loses, doubles or delivers
  send,
  data,
  notice,
  path_challenge,
  terminate,
  restart,
  reject,
  say,  ///< any message, genuinely sealed
  rekey,
  cookies,  ///< demanded, or not
  move,     ///< to another owner
  replay,
  change,
  garbage,
  count
};

class AgentPlay {
 public:
  AgentPlay();
  void run(ByteReader in);

 private:
  struct Turn {
    PathId path;
    std::uint8_t value;
  };

  void step(AgentOp op, const Turn& turn, ByteReader& in);
  void step_of_gateway(AgentOp op, const Turn& turn, ByteReader& in);
  void say(const Turn& turn, ByteReader& in);
  void attack(AgentOp op, const Turn& turn, ByteReader& in);
  void send_data();
  void change(const Turn& turn, ByteReader& in);
  void heal();

  void check();
  void check_nonces();
  void check_states();
  std::string picture() const;

  client::World world_;
  std::uint32_t serial_ = 0;
  bool rejecting_ = false;
  std::size_t sent_seen_ = 0;
  std::size_t events_seen_ = 0;
  std::size_t delivered_seen_ = 0;
  std::string state_;
  std::map<Bytes<16>, client::Datagram> sealed_;
  std::map<client::Datagram, unsigned> delivered_;
};

}  // namespace jvpn::fuzz
