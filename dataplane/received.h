// SPDX-License-Identifier: Apache-2.0
// What one link gave a turn. All links are asked first: control messages come in ones and twos
// beside full bursts of data, and their lines are fetched while those are worked on.
#pragma once

#include <array>
#include <span>

#include "base/prefetch.h"
#include "dataplane/burst.h"
#include "dataplane/outer.h"
#include "session/core/wire.h"
#include "session/shared/session_table.h"

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

/// What is too few for its loops to look ahead in.
inline std::span<rte_mbuf* const> few_of(const Received& received) {
  return std::span(received.frames).first(received.count <= Burst::kAhead ? received.count : 0);
}

/// Fetches whole control messages.
inline void fetch_few(const Received& received) {
  for (const rte_mbuf* frame : few_of(received)) prefetch_message(frame);
}

/// Fetches what opening them will want, once their tags are near. Nobody has looked at the frames:
/// the tag is taken from where it usually is, and a wrong guess costs what it fetches.
inline void fetch_sessions_of_few(const SessionTable& table, const Received& received) {
  for (const rte_mbuf* frame : few_of(received)) {
    if (rte_pktmbuf_data_len(frame) < kOuterSizeV4 + sizeof(WirePrefix)) continue;
    const auto* const prefix = rte_pktmbuf_mtod_offset(frame, const std::uint8_t*, kOuterSizeV4);
    const SessionTable::Slot slot = table.slot(load<WirePrefix>(prefix).receiver());
    if (slot.record == nullptr) continue;
    prefetch(slot.occupant);
    prefetch(&slot.record->control);
  }
}

}  // namespace jvpn
