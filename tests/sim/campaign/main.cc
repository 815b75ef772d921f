// SPDX-License-Identifier: Apache-2.0
// jvpn-sim: many seeds of the simulator at once, or one of them in detail.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/sim/campaign/campaign.h"

int main(int argc, char** argv) {
  using namespace jvpn::sim;
  CampaignPlan plan;
  std::optional<std::uint64_t> one;
  int minutes = 5;
  bool expected = false;
  bool audits = false;
  CLI::App app("Lives through seeds of faults in virtual time and checks every invariant");
  app.add_option("--first", plan.first, "first seed");
  app.add_option("--seeds", plan.count, "how many");
  app.add_option("--seed", one, "this one only, with every fault and audit event");
  app.add_option("--minutes", minutes, "virtual minutes of faults per seed")
      ->check(CLI::PositiveNumber);
  app.add_option("--jobs", plan.jobs, "processes")->check(CLI::Range(1, 64));
  app.add_flag("--canary", plan.canary, "with a defect built in: must report a breach");
  app.add_flag("--expect-breaches", expected, "succeed only if every seed reports one");
  app.add_flag("--stop", plan.stop, "at the first seed with a breach, which is the last one told");
  app.add_flag("--coverage", plan.coverage, "print states x events x faults at the end");
  app.add_flag("--demand-coverage", plan.demand_coverage,
               "fail if a reachable cell of that matrix was never seen");
  app.add_flag("--audits", audits,
               "print nothing but each seed's audit hash: other builds' must be"
               " the same");
  CLI11_PARSE(app, argc, argv);
  plan.torment = std::chrono::minutes(minutes);
  if (one) return run_one(plan, *one) ? 0 : 1;
  if (audits) return print_audits(plan) ? 0 : 1;
  const CampaignResult result = run_campaign(plan);
  const bool as_expected = result.failed == (expected ? result.seeds : 0) && result.empty == 0;
  return as_expected && result.seeds == plan.count ? 0 : 1;
}
