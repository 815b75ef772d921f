// SPDX-License-Identifier: Apache-2.0
// What one link gave a turn. All links are asked first: control messages come in ones and twos
// beside full bursts of data, and their lines are fetched while those are worked on.
#pragma once

#include <array>
#include <span>

#include "dataplane/burst.h"
#include "dataplane/outer.h"
#include "session/core/wire.h"

namespace jvpn {

struct Received {
  std::size_t count = 0;
  std::array<rte_mbuf*, kBurst> frames;
};

/// As far as the usual control message reaches, in lines.
inline void prefetch_message(const rte_mbuf* frame) {
  const auto* const begin = rte_pktmbuf_mtod(frame, const std::uint8_t*);
  for (std::size_t at = 0; at < kOuterSizeV6 + kRequestSize; at += RTE_CACHE_LINE_SIZE) {
    rte_prefetch0(begin + at);
  }
}

/// Fetches what is too few for its loops to look ahead in: whole control messages.
inline void fetch_few(const Received& received) {
  if (received.count > Burst::kAhead) return;
  for (const rte_mbuf* frame : std::span(received.frames).first(received.count)) {
    prefetch_message(frame);
  }
}

}  // namespace jvpn
