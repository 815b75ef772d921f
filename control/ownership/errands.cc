// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/errands.h"

#include "base/ensure.h"
#include "control/bind.h"
#include "control/birth.h"
#include "control/ownership/life.h"
#include "control/terminate.h"

namespace jvpn {
namespace {

Session& session_of(const Step& step, const Errand& errand) {
  Session* session = step.node.sessions.find(errand.session);
  ensure(session != nullptr, "a session waits for its transactions");
  return *session;
}

Peer& peer_of(const Step& step, const Errand& errand) {
  Peer* peer = step.node.peers.find(errand.peer);
  ensure(peer != nullptr, "peers stay as long as the node");
  return *peer;
}

}  // namespace

void on_settled(const Step& step, const Settled& settled) {
  const Errand& errand = settled.errand;
  switch (errand.purpose) {
    case AskedFor::read_life:
      return on_life_read(step, settled);
    case AskedFor::claim_life:
      return on_life_claimed(step, settled);
    case AskedFor::birth:
      return finish_birth(step, peer_of(step, errand), settled);
    case AskedFor::bind:
      return finish_bind(step, session_of(step, errand), settled);
    case AskedFor::terminate:
      return finish_termination(step, session_of(step, errand), settled);
    case AskedFor::bury:
      return step.count(settled.applied() ? "tombstone_fallen" : "tombstone_fell_elsewhere");
  }
}

}  // namespace jvpn
