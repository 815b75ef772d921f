// SPDX-License-Identifier: Apache-2.0
// What an operator reads when the data plane cannot start: found before EAL where possible, since
// EAL starts only once.
#include <gtest/gtest.h>

#include "dataplane/eal.h"
#include "dataplane/plane.h"
#include "packets.h"

namespace jvpn::test {
namespace {

PlaneConfig make_config() {
  PlaneConfig config;
  PortConfig port;
  port.device = "net_null0";
  port.address = on_link("198.51.100.1/24");
  config.underlays = {port};
  config.plaintext.device = "net_null1";
  config.plaintext.address = on_link("10.99.0.1/24");
  return config;
}

void expect_error(const PlaneConfig& config, const char* part) {
  const auto plane = DataPlane::start(config);
  ASSERT_FALSE(plane.has_value());
  EXPECT_NE(plane.error().what.find(part), std::string::npos) << plane.error().what;
}

TEST(PlaneErrors, QuoteTheInterfaceThatDoesNotExist) {
  PlaneConfig config = make_config();
  config.underlays[0].device = "net_af_packet0,iface=nowhere0";
  expect_error(config, "\"nowhere0\" does not exist");
}

TEST(PlaneErrors, NameTheDeviceThatIsUsedTwice) {
  PlaneConfig config = make_config();
  config.plaintext.device = "net_null0";
  expect_error(config, "used by another port");
}

TEST(PlaneErrors, RefuseATunnelMtuOutOfRange) {
  PlaneConfig config = make_config();
  config.tunnel_mtu = 1279;
  expect_error(config, "1280..8900");
}

TEST(PlaneErrors, RefuseAnInterfaceThatHasOurAddressInTheKernel) {
  PlaneConfig config = make_config();
  config.underlays[0].device = "net_af_packet0,iface=lo";
  config.underlays[0].address = on_link("127.0.0.1/8");
  expect_error(config, "has our address 127.0.0.1");
}

TEST(PlaneErrors, NameTheCoreThatIsNotAvailable) {
  PlaneConfig config = make_config();
  config.worker_cores = {1000};
  expect_error(config, "core 1000 is not available");
}

TEST(PlaneErrors, SayHowManyHugepagesAreMissing) {
  if (free_hugepages() * 2 >= 1 << 24) GTEST_SKIP() << "this machine has 16 TB of hugepages";
  EalRequest request;
  request.hugepages = Hugepages::require;
  request.memory_mb = 1 << 24;
  for (unsigned core = 0; core < 64; ++core) {
    request.control_core = core;
    const auto started = Eal::start(request);
    ASSERT_FALSE(started.has_value());
    if (started.error().what.find("not available") != std::string::npos) continue;
    EXPECT_NE(started.error().what.find("nr_hugepages"), std::string::npos);
    return;
  }
}

}  // namespace
}  // namespace jvpn::test
