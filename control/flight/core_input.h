// SPDX-License-Identifier: Apache-2.0
// Everything that can happen to a control core, as a value: what a flight recorder keeps, and what
// a replay feeds in again. Bytes are views: they belong to whoever holds the input.
#pragma once

#include <variant>

#include "control/core.h"

namespace jvpn {

struct StartInput {};
struct StoreInput {
  StoreReply reply;
};
struct HandshakeInput {
  ByteView datagram;
  Arrival from;
};
struct ControlInput {
  Tag tag;
  ByteView plain;
  Arrival from;
};
struct UnboundInput {
  Tag tag;
  Arrival from;
};
struct DeadTagInput {
  Tag tag;
  Arrival from;
};
struct TicketedInput {
  ByteView datagram;
  Arrival from;
};
struct HealthInput {
  Tag tag;
  HealthReport report;
};
struct LoadInput {
  Duration lag{};
};
struct TickInput {};
struct OperatorTerminateInput {
  SessionId session;
};
struct OperatorRekeyInput {
  SessionId session;
};
struct DrainInput {
  MigrateTargets where{};
};
struct PolicyInput {
  Policy policy;
};
struct BadPolicyInput {
  std::string why;
};
struct ShutdownInput {};

using CoreInput =
    std::variant<StartInput, StoreInput, HandshakeInput, ControlInput, UnboundInput, DeadTagInput,
                 HealthInput, LoadInput, TickInput, OperatorTerminateInput, OperatorRekeyInput,
                 ShutdownInput, TicketedInput, DrainInput, PolicyInput, BadPolicyInput>;

/// Calls what the input stands for. False: the core said no (no such session, bad policy).
bool feed(ControlCore& core, const CoreInput& input, Instant now, Actions& out);

}  // namespace jvpn
