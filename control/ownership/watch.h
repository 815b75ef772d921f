// SPDX-License-Identifier: Apache-2.0
// Watching whether another node lives, on our own clock. Reads are hints: what counts in the end is
// the transaction that fences it, which compares exactly the values that were watched.
#pragma once

#include "control/node.h"

namespace jvpn {

enum class Standing : std::uint8_t {
  unknown,   ///< not read yet
  alive,     ///< its record moved a moment ago
  quiet,     ///< its record stands still, not long enough yet
  overdue,   ///< long enough: it may be fenced
  gone,      ///< fenced, or never was
  draining,  ///< alive, and wants to be rid of its sessions
};
Standing standing_of(const Step& step, std::uint8_t node);

/// Until when a node that falls silent at the beginning of the watch must be waited for.
Duration time_left(const Step& step, std::uint8_t node);
/// How long a record must stand still before its node may be fenced: TTL, drift, margin.
Duration dead_after(const LeaseTimes& lease);

/// Keeps watching it for a while.
void watch(const Step& step, std::uint8_t node);
/// What a read found of the node's records.
void observe(const Step& step, std::uint8_t node, const Settled& found);

/// As far as we have seen it, its life reads like this. Part of taking a session of it over.
StoreCompare life_as_seen(const Step& step, std::uint8_t node);
/// What we have seen of it is not so any more: nothing is known until it is read again.
void look_anew(const Step& step, std::uint8_t node);

/// An overdue node: from now on it can commit nothing.
void fence(const Step& step, std::uint8_t node);
void on_fenced(const Step& step, const Settled& settled);

}  // namespace jvpn
