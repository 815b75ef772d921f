// SPDX-License-Identifier: Apache-2.0
// One seed from beginning to end: born, tormented, healed, asked to converge and to recover.
#pragma once

#include "tests/sim/campaign/simulation.h"
#include "tests/sim/checkers/coverage.h"

namespace jvpn::sim {

/// What came of a seed. Plain bytes, so that it can go through a pipe.
struct Outcome {
  std::uint64_t seed = 0;
  std::uint64_t session_ms = 0;
  std::uint64_t events = 0;
  std::uint64_t transitions = 0;
  std::uint64_t jumps = 0;
  std::uint64_t delivered = 0;
  std::uint64_t replays = 0;  ///< compared with the state before
  std::uint64_t breaches = 0;
  char audit_hash[40] = {};
  char first_breach[280] = {};
  Coverage coverage;
};

struct LifePlan {
  std::uint64_t seed = 0;
  Duration torment = std::chrono::minutes(5);
  bool canary = false;         ///< with a defect built into the plane
  bool verbose = false;        ///< prints every fault and audit event as it happens
  bool is_repetition = false;  ///< not to be repeated itself
};

Outcome live(const LifePlan& plan);

}  // namespace jvpn::sim
