// SPDX-License-Identifier: Apache-2.0
// The linker sends every call of a stage through a probe (--wrap, see meson.build), so the product
// has no trace of being measured and its order of stages stands in one place, its own.
#include <algorithm>

#include "crypto/aead.h"
#include "dataplane/burst.h"
#include "dataplane/turn.h"
#include "stage_clock.h"

namespace jvpn::bench {

StageClock stage_clock;

void StageClock::calibrate() {
  constexpr std::uint64_t kPasses = 10'000;
  cost_ = 0;
  std::uint64_t best = UINT64_MAX;
  for (int round = 0; round < 9; ++round) {
    const std::uint64_t start = rte_rdtsc();
    for (std::uint64_t i = 0; i < kPasses; ++i) pass_to(i & 1);
    best = std::min(best, (rte_rdtsc() - start) / kPasses);
  }
  cost_ = best;
}

}  // namespace jvpn::bench

using jvpn::AeadOp;
using jvpn::Burst;
using jvpn::Link;
using jvpn::Turn;
using Ops = std::span<AeadOp>;

// NOLINTBEGIN: the linker's names
#define JVPN_PROBE(stage, symbol, parameters, arguments)                         \
  extern "C" void __real_##symbol parameters;                                    \
  extern "C" void __wrap_##symbol parameters;                                    \
  extern "C" void __wrap_##symbol parameters {                                   \
    const jvpn::bench::Probe probe(                                              \
        std::integral_constant<std::size_t, jvpn::bench::stage_index(stage)>{}); \
    __real_##symbol arguments;                                                   \
  }

#define JVPN_PROBE_LINK_BURST(stage, symbol) \
  JVPN_PROBE(stage, symbol, (const Link& link, Burst& burst), (link, burst))
#define JVPN_PROBE_TURN_BURST(stage, symbol) \
  JVPN_PROBE(stage, symbol, (Turn & turn, Burst & burst), (turn, burst))
#define JVPN_PROBE_TURN_LINK_BURST(stage, symbol) \
  JVPN_PROBE(stage, symbol, (Turn & turn, const Link& link, Burst& burst), (turn, link, burst))

JVPN_PROBE("classify", _ZN4jvpn17classify_underlayERKNS_4TurnERKNS_4LinkERNS_5BurstE,
           (const Turn& turn, const Link& link, Burst& burst), (turn, link, burst))
JVPN_PROBE("classify", _ZN4jvpn18classify_plaintextERKNS_4TurnERKNS_4LinkERNS_5BurstE,
           (const Turn& turn, const Link& link, Burst& burst), (turn, link, burst))
JVPN_PROBE_TURN_LINK_BURST("neighbours",
                           _ZN4jvpn17answer_neighboursERNS_4TurnERKNS_4LinkERNS_5BurstE)
JVPN_PROBE_TURN_LINK_BURST("handshakes", _ZN4jvpn15punt_handshakesERNS_4TurnERKNS_4LinkERNS_5BurstE)
JVPN_PROBE_TURN_BURST("lookup", _ZN4jvpn13lookup_by_tagERNS_4TurnERNS_5BurstE)
JVPN_PROBE_TURN_BURST("lookup", _ZN4jvpn21lookup_by_destinationERNS_4TurnERNS_5BurstE)
JVPN_PROBE_TURN_LINK_BURST("dead tags", _ZN4jvpn14punt_dead_tagsERNS_4TurnERKNS_4LinkERNS_5BurstE)
JVPN_PROBE_TURN_LINK_BURST("ticketed", _ZN4jvpn13punt_ticketedERNS_4TurnERKNS_4LinkERNS_5BurstE)
JVPN_PROBE_TURN_LINK_BURST("controls", _ZN4jvpn13punt_controlsERNS_4TurnERKNS_4LinkERNS_5BurstE)
JVPN_PROBE("release", _ZN4jvpn12release_heldERNS_4TurnERKNS_5BurstE,
           (Turn & turn, const Burst& burst), (turn, burst))
JVPN_PROBE_TURN_LINK_BURST("open", _ZN4jvpn9open_dataERNS_4TurnERKNS_4LinkERNS_5BurstE)
JVPN_PROBE_TURN_BURST("heartbeats", _ZN4jvpn17answer_heartbeatsERNS_4TurnERNS_5BurstE)
JVPN_PROBE_TURN_BURST("deliver", _ZN4jvpn7deliverERNS_4TurnERNS_5BurstE)
JVPN_PROBE_LINK_BURST("echoes", _ZN4jvpn13answer_echoesERKNS_4LinkERNS_5BurstE)
JVPN_PROBE_TURN_LINK_BURST("too big", _ZN4jvpn14answer_too_bigERNS_4TurnERKNS_4LinkERNS_5BurstE)
JVPN_PROBE_TURN_BURST("hold", _ZN4jvpn13hold_downlinkERNS_4TurnERNS_5BurstE)
JVPN_PROBE_TURN_BURST("seal", _ZN4jvpn4sealERNS_4TurnERNS_5BurstE)
JVPN_PROBE_TURN_LINK_BURST("finish", _ZN4jvpn6finishERNS_4TurnERKNS_4LinkERNS_5BurstE)
JVPN_PROBE("cipher", _ZN4jvpn10AeadEngine4openESt4spanINS_6AeadOpELm18446744073709551615EE,
           (jvpn::AeadEngine * engine, Ops ops), (engine, ops))
JVPN_PROBE("cipher", _ZN4jvpn10AeadEngine4sealESt4spanINS_6AeadOpELm18446744073709551615EE,
           (jvpn::AeadEngine * engine, Ops ops), (engine, ops))
// NOLINTEND
