// SPDX-License-Identifier: Apache-2.0
#include "control/rate_reports.h"

#include <gtest/gtest.h>

namespace jvpn::test {
namespace {

TEST(RateReports, AreOnePerLimitAndTenSecondsWithACount) {
  RateReports reports;
  const Instant start{1'000'000'000};
  EXPECT_EQ(reports.next_due(), Instant::never());
  reports.note(Limit::notices, start);
  EXPECT_EQ(reports.next_due(), start);
  EXPECT_EQ(reports.take_due(start).count, 1u);
  for (int n = 0; n < 7; ++n) reports.note(Limit::notices, start + 1s);
  reports.note(Limit::probes, start + 1s);
  EXPECT_EQ(reports.take_due(start + 1s).limit, Limit::probes);
  EXPECT_EQ(reports.take_due(start + 9999ms).count, 0u);
  const RateReport second = reports.take_due(start + 10s);
  EXPECT_EQ(second.limit, Limit::notices);
  EXPECT_EQ(second.count, 7u);
}

}  // namespace
}  // namespace jvpn::test
