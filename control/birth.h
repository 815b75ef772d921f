// SPDX-License-Identifier: Apache-2.0
// How a session comes to be:
//
//   1. INIT      mac1, rate, Noise; the ACK takes everything that must be known along, sealed. A
//                client that believes to have a session is told what the store has
//   2. CONFIRM   sealed with the handshake's keys, from the source that the ACK went to
//   3.           the peer's older session ends first (superseded)
//   4.           the ownership store commits; the table gets keys and first view; DONE
//
// Until 4 nothing is kept but a confirmed birth on its way through the store, one per peer.
#pragma once

#include "control/node.h"

namespace jvpn {

void on_init(const Step& step, ByteView datagram, const Arrival& from);
/// What the store has of the peer: now the INIT that asked for it can be answered.
void on_peer_read(const Step& step, Peer& peer, const Settled& settled);
/// Nobody will tell; the client repeats its INIT.
void forget_asking(Peer& peer);
void on_confirm(const Step& step, ByteView datagram, const Arrival& from);

/// Goes on with the peer's confirmed birth, if it has one and no older session stands in the way.
void continue_birth(const Step& step, Peer& peer);
/// It is not to be: its slot is free again.
void give_up_birth(const Step& step, Peer& peer, std::string_view why);
/// The store's answer.
void finish_birth(const Step& step, Peer& peer, const Settled& settled);

}  // namespace jvpn
