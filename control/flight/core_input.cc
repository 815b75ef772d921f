// SPDX-License-Identifier: Apache-2.0
#include "control/flight/core_input.h"

namespace jvpn {
namespace {

struct Feeder {
  ControlCore& core;
  Instant now;
  Actions& out;

  bool operator()(const StartInput&) const { return core.start(now, out), true; }
  bool operator()(const StoreInput& in) const { return core.on_store(in.reply, now, out), true; }
  bool operator()(const HandshakeInput& in) const {
    return core.on_handshake(in.datagram, in.from, now, out), true;
  }
  bool operator()(const ControlInput& in) const {
    return core.on_control(in.tag, in.plain, in.from, now, out), true;
  }
  bool operator()(const UnboundInput& in) const {
    return core.on_unbound(in.tag, in.from, now, out), true;
  }
  bool operator()(const DeadTagInput& in) const {
    return core.on_dead_tag(in.tag, in.from, now, out), true;
  }
  bool operator()(const HealthInput& in) const {
    return core.on_health(in.tag, in.report, now, out), true;
  }
  bool operator()(const LoadInput& in) const { return core.on_load(in.lag, now), true; }
  bool operator()(const TickInput&) const { return core.on_tick(now, out), true; }
  bool operator()(const OperatorTerminateInput& in) const {
    return core.operator_terminate(in.session, now, out);
  }
  bool operator()(const OperatorRekeyInput& in) const { return core.operator_rekey(in.session); }
  bool operator()(const TicketedInput& in) const {
    return core.on_ticketed(in.datagram, in.from, now, out), true;
  }
  bool operator()(const DrainInput& in) const { return core.drain(in.where, now, out), true; }
  bool operator()(const PolicyInput& in) const {
    return core.apply_policy(in.policy, now, out).has_value();
  }
  bool operator()(const BadPolicyInput& in) const {
    return core.refuse_policy(in.why, now, out), true;
  }
  bool operator()(const ShutdownInput&) const { return core.shutdown(now, out), true; }
};

}  // namespace

bool feed(ControlCore& core, const CoreInput& input, Instant now, Actions& out) {
  return std::visit(Feeder{core, now, out}, input);
}

}  // namespace jvpn
