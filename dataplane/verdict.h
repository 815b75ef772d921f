// SPDX-License-Identifier: Apache-2.0
// What became of a received packet. One list yields enum, counter and name; each received packet
// gets exactly one verdict, `undecided` until a stage says otherwise, and undecided ones are
// dropped: closed by default.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jvpn {

/// X(name): passed on or used up as it should be.
#define JVPN_VERDICTS_PASSED(X)                                       \
  X(forwarded)   /* through the tunnel, one way or the other */       \
  X(answered)    /* turned into the answer to itself */               \
  X(punted)      /* given to the control thread */                    \
  X(handed_over) /* given to the worker that owns the session */      \
  X(absorbed)    /* used up here: a heartbeat that needs no answer */ \
  X(held)        /* waits for its session's next binding: a gauge, it gets another in the end */

/// X(name): dropped, and why.
#define JVPN_VERDICTS_DROPPED(X)                                                      \
  X(undecided)                /* no stage said anything: a bug of ours */             \
  X(segmented)                /* the device chained buffers */                        \
  X(not_ip)                   /* neither ARP, IPv4 nor IPv6 */                        \
  X(other_vlan)               /* tagged with a VLAN of others */                      \
  X(other_mac)                /* unicast to another station */                        \
  X(frame_truncated)          /* shorter than its IP length says */                   \
  X(bad_header)               /* IP or UDP header that contradicts itself */          \
  X(bad_checksum)             /* IPv4 header checksum */                              \
  X(bad_source)               /* source address or port that nobody can have */       \
  X(outer_fragment)           /* fragment of a tunnel datagram */                     \
  X(not_ours)                 /* underlay: not for our address and port */            \
  X(too_short)                /* less than the header of its type */                  \
  X(bad_size)                 /* handshake or control message of wrong size */        \
  X(reserved_bits)            /* reserved bits that are not zero */                   \
  X(unknown_type)             /* no message type that clients send */                 \
  X(unknown_tag)              /* tag of no slot of this node */                       \
  X(no_session)               /* nobody lives there */                                \
  X(not_serving)              /* the node may not act for sessions now */             \
  X(unknown_key_epoch)        /* sealed under a key that is not live */               \
  X(key_expired)              /* its key has opened, or failed to, all that it may */ \
  X(late)                     /* counter behind the replay window */                  \
  X(duplicate)                /* counter accepted before */                           \
  X(open_failed)              /* not authentic */                                     \
  X(control_budget)           /* more control messages than may be opened */          \
  X(unbound_transport)        /* authentic and newest, from an unbound source */      \
  X(late_unbound)             /* authentic, not newest, from an unbound source */     \
  X(heartbeat_malformed)      /* authentic, but no heartbeat of a client */           \
  X(inner_malformed)          /* no valid IP packet inside */                         \
  X(metered_up)               /* beyond the session's peak rate towards the server */ \
  X(metered_down)             /* the same towards the client */                       \
  X(inner_source_denied)      /* no address of the session's or routed to it */       \
  X(inner_destination_denied) /* a client's: clients reach no clients */              \
  X(ecn_congestion)           /* CE on a packet that cannot carry it */               \
  X(not_for_us)               /* plaintext: no address of ours or a client's */       \
  X(hold_full)                /* no room to wait for a binding */                     \
  X(no_binding)               /* the session has no transport now */                  \
  X(inner_too_big)            /* above the tunnel MTU, not answerable or uplink */    \
  X(key_exhausted)            /* the key has sealed all that it may */                \
  X(next_hop_unresolved)      /* neighbour's MAC not known (yet) */                   \
  X(no_room)                  /* headers do not fit into the buffer */                \
  X(neighbour_ignored)        /* ARP or ND that does not concern us */                \
  X(punt_full)                /* control has not kept up */                           \
  X(handover_full)            /* the owner worker has not kept up */                  \
  X(tx_full)                  /* the device took no more */

enum class Verdict : std::uint8_t {
#define JVPN_ENUM(name) name,
  JVPN_VERDICTS_PASSED(JVPN_ENUM) JVPN_VERDICTS_DROPPED(JVPN_ENUM)
#undef JVPN_ENUM
};

inline constexpr std::array kVerdictNames{
#define JVPN_NAME(name) std::string_view(#name),
    JVPN_VERDICTS_PASSED(JVPN_NAME) JVPN_VERDICTS_DROPPED(JVPN_NAME)
#undef JVPN_NAME
};
inline constexpr std::size_t kVerdicts = kVerdictNames.size();

constexpr std::string_view to_string(Verdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}
constexpr bool is_dropped(Verdict verdict) {
  return verdict >= Verdict::undecided;
}

}  // namespace jvpn
