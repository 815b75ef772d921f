// SPDX-License-Identifier: Apache-2.0
// A start that fails after EAL is up: one clear error, and nothing is left behind.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "plane_in_namespace.h"

namespace jvpn::test {
namespace {

TEST(FailedStart, QuotesTheDeviceAndLeavesNothingBehind) {
  PlaneConfig config;
  config.underlays.resize(1);
  config.underlays[0].device = "net_null0";
  config.underlays[0].address = on_link("198.51.100.1/24");
  config.plaintext.device = "net_nosuchdriver0";
  const auto [first, last] = usable_cores();
  config.control_core = first;
  config.worker_cores = {last};
  config.hugepages = Hugepages::off;
  config.memory_mb = 128;
  const auto plane = DataPlane::start(config);
  ASSERT_FALSE(plane.has_value());
  EXPECT_NE(plane.error().what.find("net_nosuchdriver0"), std::string::npos) << plane.error().what;
  EXPECT_FALSE(std::filesystem::exists("/run/dpdk/jvpn-" + std::to_string(getpid())));
}

}  // namespace
}  // namespace jvpn::test
