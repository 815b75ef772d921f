// SPDX-License-Identifier: Apache-2.0
// Many seeds, spread over processes. A process that dies is a breach of the seed that it was at,
// and another takes its place.
#pragma once

#include "tests/sim/campaign/life.h"

namespace jvpn::sim {

struct CampaignPlan {
  std::uint64_t first = 1;
  std::uint64_t count = 100;
  unsigned jobs = 2;
  Duration torment = std::chrono::minutes(6);
  bool canary = false;
  bool coverage = false;         ///< print the matrix state x event x fault at the end
  bool demand_coverage = false;  ///< and take each reachable cell that is empty for a breach
  bool stop = false;  ///< at the first seed with a breach: all before it are lived, none behind
};

struct CampaignResult {
  std::uint64_t seeds = 0;
  std::uint64_t failed = 0;  ///< seeds with breaches
  std::uint64_t empty = 0;   ///< cells of the matrix, where they were demanded
};

/// Prints progress (on a terminal one line, once a second, else a line each ten), breaches as they
/// come, totals at the end. Reads the clock, for
/// people only.
CampaignResult run_campaign(const CampaignPlan& plan);

/// One seed, with every fault and audit event as it happens, and its audit hash.
bool run_one(const CampaignPlan& plan, std::uint64_t seed);

/// A line "seed N: audit HASH" for each seed, one after the other; false after a breach.
bool print_audits(const CampaignPlan& plan);

}  // namespace jvpn::sim
