// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/errands.h"

#include "base/ensure.h"
#include "control/bind.h"
#include "control/birth.h"
#include "control/ownership/adopt.h"
#include "control/ownership/hand_over.h"
#include "control/ownership/lease.h"
#include "control/ownership/life.h"
#include "control/ownership/load.h"
#include "control/ownership/poll.h"
#include "control/ownership/pursuit.h"
#include "control/ownership/takeover.h"
#include "control/ownership/watch.h"
#include "control/terminate.h"

namespace jvpn {
namespace {

Peer& peer_of(const Step& step, const Errand& errand) {
  Peer* peer = step.node.peers.find(errand.peer);
  ensure(peer != nullptr, "peers stay as long as the node");
  return *peer;
}

/// A life of ours that is over had asked. What it brought about is found when sessions are loaded.
void on_late(const Step& step, const Settled& settled) {
  step.count("settled_too_late");
  if (settled.errand.purpose == AskedFor::birth) {
    give_up_birth(step, peer_of(step, settled.errand), "birth_commit_refused");
  } else if (settled.errand.purpose == AskedFor::read_peer) {
    forget_asking(peer_of(step, settled.errand));
  }
}

/// A session that was lost while it waited hears of nothing.
void on_session_settled(const Step& step, const Settled& settled) {
  Session* session = step.node.sessions.find(settled.errand.session);
  if (session == nullptr) return step.count("settled_too_late");
  if (settled.errand.purpose == AskedFor::bind) {
    if (!session->pending) return step.count("settled_too_late");
    return finish_bind(step, *session, settled);
  }
  finish_termination(step, *session, settled);
}

}  // namespace

bool concerns_sessions(const Settled& settled) {
  switch (settled.errand.purpose) {
    case AskedFor::birth:
    case AskedFor::bind:
    case AskedFor::terminate:
    case AskedFor::adopt:
    case AskedFor::hand_over:
    case AskedFor::read_record:
      return true;
    default:
      return false;
  }
}

void on_settled(const Step& step, const Settled& settled) {
  const Errand& errand = settled.errand;
  if (errand.incarnation != step.node.incarnation) return on_late(step, settled);
  switch (errand.purpose) {
    case AskedFor::read_life:
      return on_life_read(step, settled);
    case AskedFor::claim_life:
      return on_life_claimed(step, settled);
    case AskedFor::renew:
      return on_renewed(step, settled);
    case AskedFor::read_sessions:
      return on_sessions_read(step, settled);
    case AskedFor::poll:
      return on_polled(step, settled);
    case AskedFor::fence:
      return on_fenced(step, settled);
    case AskedFor::read_record:
      return on_record_read(step, settled);
    case AskedFor::adopt:
      return finish_adoption(step, settled);
    case AskedFor::wish:
      return on_wish_settled(step, settled);
    case AskedFor::hand_over:
      return on_handed_over(step, settled);
    case AskedFor::read_peer:
      return on_peer_read(step, peer_of(step, errand), settled);
    case AskedFor::birth:
      return finish_birth(step, peer_of(step, errand), settled);
    case AskedFor::bind:
    case AskedFor::terminate:
      return on_session_settled(step, settled);
    case AskedFor::drop_wish:
      return step.count(settled.applied() ? "wish_dropped" : "wish_gone");
    case AskedFor::bury:
      return step.count(settled.applied() ? "tombstone_fallen" : "tombstone_fell_elsewhere");
  }
}

}  // namespace jvpn
