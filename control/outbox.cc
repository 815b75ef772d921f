// SPDX-License-Identifier: Apache-2.0
#include "control/outbox.h"

#include "control/ticket.h"
#include "session/core/control_datagram.h"

namespace jvpn {

Route back_to(const Arrival& from) {
  return {from.source, from.underlay, from.wire_size};
}

Route along(const Binding& binding) {
  return {binding.source, binding.underlay, kMaxControlSize};
}

Ticket ticket_for(const Step& step, const Session& session) {
  return make_ticket({session.id, session.version.owner_epoch}, step.node.config.cluster.ticket,
                     step.node.random.draw<kSealNonceSize>());
}

std::vector<std::uint8_t> seal_for(const Step& step, Session& session, MessageBody body,
                                   MessageNumber answers) {
  const bool reattach = class_of(kind_of(body)) == MessageClass::reattach;
  std::uint64_t& sent = reattach ? session.reattach.sent : session.other.sent;
  const Message message{session.version.owner_epoch, MessageNumber{++sent}, answers, session.id,
                        std::move(body)};
  return seal_datagram(message, {.receiver = session.client_tag}, session.seal_key,
                       step.node.random.draw<kSealNonceSize>());
}

bool send(const Step& step, const Route& route, std::vector<std::uint8_t> datagram) {
  if (datagram.size() > route.limit) {
    step.count("answer_too_long");
    return false;
  }
  step.out.push_back(SendDatagram{route.underlay, route.to, std::move(datagram)});
  return true;
}

bool send(const Step& step, Session& session, const Route& route, MessageBody body,
          MessageNumber answers) {
  return send(step, route, seal_for(step, session, std::move(body), answers));
}

}  // namespace jvpn
