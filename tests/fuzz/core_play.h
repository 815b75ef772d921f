// SPDX-License-Identifier: Apache-2.0
// Programs for a control core: each byte is a step (what a client, a network, a store, an attacker
// or time can do), the bytes behind it are the step's arguments. Invariants are checked after every
// step. All keys are real, so that messages get past the seals.
#pragma once

#include <array>
#include <deque>

#include "tests/control/client_fixture.h"
#include "tests/fuzz/core_invariants.h"
#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {

/// Behind each stand three bytes (client, place, path or value), then what the step asks for.
enum class Op : std::uint8_t {
  connect,
  init,
  confirm,
  request,
  answer,
  answer_notice,
  probe,
  answer_probe,
  terminate,
  any_message,
  replay,
  change,
  unbound,
  pass,
  health,
  store,
  settle,
  operator_terminate,
  learn,
  load,
  count
};

class CorePlay {
 public:
  CorePlay() : invariants_(gateway_) {}

  void run(ByteReader in);

 private:
  struct Sent {
    Endpoint source;
    test::Datagram datagram;
  };

  /// Who does it, from where, on which path.
  struct Turn {
    test::FakeClient& who;
    Endpoint source;
    std::uint8_t path;
  };

  void step(Op op, ByteReader& in);
  void talk(Op op, const Turn& turn, ByteReader& in);
  void handshake(test::Datagram datagram, const Endpoint& source);
  void control(test::Datagram datagram, const Endpoint& source);
  void keep(const Endpoint& source, const test::Datagram& datagram);
  void connect(const Turn& turn);
  void request(const Turn& turn);
  /// False: there is no question to answer.
  template <class Question>
  bool answer(const Turn& turn);
  void answer_probe(const Turn& turn);
  void any_message(const Turn& turn, ByteReader& in);
  void replay(const Turn& turn, ByteReader& in);
  void change(ByteReader& in);
  void health(const Turn& turn, ByteReader& in);
  void settle(std::uint8_t how);
  void settle_all();
  void operator_terminate();

  test::FakeGateway gateway_{{.policy = {}, .peers = 2}};
  std::array<test::FakeClient, 2> clients_{test::FakeClient(gateway_, 0, 50),
                                           test::FakeClient(gateway_, 1, 60)};
  CoreInvariants invariants_;
  std::deque<Sent> kept_;
};

}  // namespace jvpn::fuzz
