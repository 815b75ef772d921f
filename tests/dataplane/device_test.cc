// SPDX-License-Identifier: Apache-2.0
#include "dataplane/device.h"

#include <gtest/gtest.h>

namespace jvpn::test {
namespace {

TEST(Device, NamesDriverInterfaceAndBus) {
  const auto device = parse_device("net_af_packet0,iface=u0");
  ASSERT_TRUE(device.has_value());
  EXPECT_EQ(device->driver(), "net_af_packet");
  EXPECT_TRUE(device->is_af_packet());
  EXPECT_EQ(device->interface(), "u0");
  EXPECT_FALSE(device->pci);
  EXPECT_TRUE(parse_device("0000:03:00.0")->pci);
  EXPECT_TRUE(parse_device("03:00.1")->pci);
  EXPECT_TRUE(parse_device("net_tap3,iface=t0")->is_tap());
  EXPECT_TRUE(parse_device("virtio_user0,path=/dev/vhost-net").has_value());
}

TEST(Device, GivesAfPacketARingWhoseFramesAreLargeEnough) {
  DeviceText device = *parse_device("net_af_packet0,iface=u0");
  complete_device(device, 2, frame_size_for(1420));
  EXPECT_EQ(device.arguments.at("framesz"), "1728");
  EXPECT_EQ(device.arguments.at("qpairs"), "2");
  EXPECT_GE(buffer_size_for(device, frame_size_for(1420)), 2048u);
  DeviceText jumbo = *parse_device("net_af_packet0,iface=u0");
  complete_device(jumbo, 1, frame_size_for(8900));
  EXPECT_EQ(jumbo.arguments.at("framesz"), "9152");
  EXPECT_GE(buffer_size_for(jumbo, frame_size_for(8900)), 16384u);
}

TEST(Device, FillsAfPacketsBlocksWithoutAGap) {
  for (const int mtu : {576, 1420, 1500, 4000, 8900}) {
    DeviceText device = *parse_device("net_af_packet0,iface=u0");
    complete_device(device, 1, frame_size_for(static_cast<std::uint16_t>(mtu)));
    const auto number = [&](const char* key) { return std::stoul(device.arguments.at(key)); };
    EXPECT_EQ(number("blocksz") % 4096, 0u) << mtu;
    EXPECT_EQ(number("blocksz") % number("framesz"), 0u) << mtu;
    EXPECT_EQ(number("framecnt") % (number("blocksz") / number("framesz")), 0u) << mtu;
    EXPECT_EQ(number("framesz") / 64 % 2, 1u) << "heads of frames share few sets of the cache";
  }
}

TEST(Device, ChoosesFramesThatFitIntoTheOperatorsBlocks) {
  DeviceText device = *parse_device("net_af_packet0,iface=u0,blocksz=8192");
  complete_device(device, 1, frame_size_for(1420));
  EXPECT_EQ(device.arguments.at("framesz"), "2048");
  DeviceText counted = *parse_device("net_af_packet0,iface=u0,framecnt=1000");
  complete_device(counted, 1, frame_size_for(1420));
  EXPECT_EQ(counted.arguments.at("framesz"), "2048");
  EXPECT_EQ(counted.arguments.at("blocksz"), "4096");
}

TEST(Device, LeavesWhatTheOperatorSaidAlone) {
  DeviceText device = *parse_device("net_af_packet0,iface=u0,framesz=4096,blocksz=8192,qpairs=1");
  complete_device(device, 4, frame_size_for(1420));
  EXPECT_EQ(device.arguments.at("framesz"), "4096");
  EXPECT_EQ(device.arguments.at("blocksz"), "8192");
  EXPECT_EQ(device.arguments.at("qpairs"), "1");
  EXPECT_GE(buffer_size_for(device, frame_size_for(1420)), 4096u);
  DeviceText ring = *parse_device("net_null0,size=64");
  complete_device(ring, 4, frame_size_for(1420));
  EXPECT_EQ(ring.to_string(), "net_null0,size=64");
}

TEST(Device, SaysWhatIsWrongWithAText) {
  for (const char* text : {"", "eth0", "net_af_packet,iface=u0", "u0,iface=u0", "0000:03:00.9"}) {
    const auto device = parse_device(text);
    ASSERT_FALSE(device.has_value()) << text;
    EXPECT_NE(device.error().what.find("expected a virtual device"), std::string::npos);
  }
  EXPECT_NE(parse_device("net_tap0,iface").error().what.find("not key=value"), std::string::npos);
  EXPECT_NE(parse_device("net_tap0").error().what.find("iface=NAME is missing"), std::string::npos);
}

}  // namespace
}  // namespace jvpn::test
