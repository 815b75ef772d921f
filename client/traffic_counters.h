// SPDX-License-Identifier: Apache-2.0
// One fate per packet: what became of everything that the data path saw.
#pragma once

#include <cstdint>

namespace jvpn::client {

#define JVPN_CLIENT_COUNTERS(X)                                                 \
  X(sent)             /* inner packets sealed */                                \
  X(delivered)        /* inner packets given to the tunnel */                   \
  X(heartbeats)       /* heartbeat replies opened */                            \
  X(not_ip)           /* from the tunnel, neither IPv4 nor IPv6 or cut short */ \
  X(foreign_source)   /* from the tunnel, source is none of ours */             \
  X(no_path)          /* from the tunnel while nothing could be sent */         \
  X(key_exhausted)    /* the key had sealed all that it may */                  \
  X(unknown_source)   /* datagram from another endpoint than the gateway's */   \
  X(unknown_datagram) /* no session, no tag or no type of ours */               \
  X(late)             /* behind the replay window */                            \
  X(duplicate)        /* counter seen before */                                 \
  X(not_opened)       /* forged or corrupted */                                 \
  X(bad_inner)        /* opened, but no packet towards us */                    \
  X(control_ignored)  /* control message forged, repeated or out of place */

struct TrafficCounters {
#define X(name) std::uint64_t name = 0;
  JVPN_CLIENT_COUNTERS(X)
#undef X
};

}  // namespace jvpn::client
