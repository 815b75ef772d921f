// SPDX-License-Identifier: Apache-2.0
// Sealing and sending control messages to a session's client.
#pragma once

#include "control/node.h"
#include "session/core/messages.h"

namespace jvpn {

/// Where an answer goes and how long it may be: to a source that has not answered a challenge never
/// longer than what came from it (I22).
struct Route {
  Endpoint to;
  std::uint8_t underlay = 0;
  std::size_t limit = 0;
};
Route back_to(const Arrival& from);
Route along(const Binding& binding);

/// A fresh ticket for the session, under the cluster's key.
Ticket ticket_for(const Step& step, const Session& session);

/// Seals a message with the next number of its class.
std::vector<std::uint8_t> seal_for(const Step& step, Session& session, MessageBody body,
                                   MessageNumber answers = {});
/// False, and counted: longer than the route allows.
bool send(const Step& step, const Route& route, std::vector<std::uint8_t> datagram);
bool send(const Step& step, Session& session, const Route& route, MessageBody body,
          MessageNumber answers = {});

}  // namespace jvpn
