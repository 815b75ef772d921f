// SPDX-License-Identifier: Apache-2.0
#include "session/shared/address_pool.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

namespace jvpn {
namespace {

AddressPool pool_of(const char* prefix) {
  return AddressPool::create(parse_prefix(prefix).value()).value();
}
IpAddress at(const char* address) {
  return parse_address(address).value();
}

TEST(AddressPool, FindsTheSlotOfAnAssignedAddress) {
  AddressPool pool = pool_of("10.77.0.0/16");
  EXPECT_EQ(pool.slot_of(at("10.77.3.4")), AddressPool::kNone);
  pool.assign(at("10.77.3.4"), 12);
  EXPECT_EQ(pool.slot_of(at("10.77.3.4")), 12u);
  EXPECT_EQ(pool.slot_of(at("10.77.3.5")), AddressPool::kNone);
  pool.clear(at("10.77.3.4"));
  EXPECT_EQ(pool.slot_of(at("10.77.3.4")), AddressPool::kNone);
}

TEST(AddressPool, HoldsItsFirstAndItsLastAddressAndNoneBeside) {
  AddressPool pool = pool_of("10.77.16.0/20");
  pool.assign(at("10.77.16.0"), 1);
  pool.assign(at("10.77.31.255"), 2);
  EXPECT_EQ(pool.slot_of(at("10.77.16.0")), 1u);
  EXPECT_EQ(pool.slot_of(at("10.77.31.255")), 2u);
  for (const char* outside : {"10.77.15.255", "10.77.32.0", "11.77.16.0", "::1", "::a4d:1000"}) {
    EXPECT_FALSE(pool.contains(at(outside))) << outside;
    EXPECT_EQ(pool.slot_of(at(outside)), AddressPool::kNone) << outside;
  }
}

TEST(AddressPool, TakesIpv6AsItTakesIpv4) {
  AddressPool pool = pool_of("fd77::/108");
  pool.assign(at("fd77::"), 1);
  pool.assign(at("fd77::f:ffff"), 2);
  EXPECT_EQ(pool.slot_of(at("fd77::")), 1u);
  EXPECT_EQ(pool.slot_of(at("fd77::f:ffff")), 2u);
  EXPECT_EQ(pool.slot_of(at("fd77::10:0")), AddressPool::kNone);
  EXPECT_EQ(pool.slot_of(at("fd78::")), AddressPool::kNone);
}

TEST(AddressPool, MayBeOneAddress) {
  AddressPool pool = pool_of("10.0.0.1/32");
  pool.assign(at("10.0.0.1"), 5);
  EXPECT_EQ(pool.slot_of(at("10.0.0.1")), 5u);
  EXPECT_EQ(pool.slot_of(at("10.0.0.0")), AddressPool::kNone);
}

TEST(AddressPool, RefusesPrefixesThatAreTooLargeOrNone) {
  for (const char* prefix : {"10.0.0.0/11", "0.0.0.0/0", "fd77::/107", "fd77::/64"}) {
    EXPECT_FALSE(AddressPool::create(parse_prefix(prefix).value())) << prefix;
  }
  EXPECT_TRUE(AddressPool::create(parse_prefix("10.16.0.0/12").value()));
  EXPECT_FALSE(AddressPool::create(IpPrefix{}));
  EXPECT_FALSE(AddressPool::create(IpPrefix{at("10.0.0.0"), 33}));
}

TEST(AddressPool, HasOnePlaceForAnAddressHoweverItIsWritten) {
  const AddressPool pool = pool_of("10.77.0.0/16");
  for (const std::uint32_t address : {0x0a4d0000u, 0x0a4dffffu, 0x0a4d0304u}) {
    ASSERT_NE(pool.place_of_v4(address), nullptr);
    EXPECT_EQ(pool.place_of_v4(address), pool.place_of(IpAddress::v4(address)));
    EXPECT_EQ(AddressPool::slot_at(pool.place_of_v4(address)), AddressPool::kNone);
  }
  for (const std::uint32_t outside : {0u, 0x0a4cffffu, 0x0a4e0000u, 0xffffffffu}) {
    EXPECT_EQ(pool.place_of_v4(outside), nullptr);
    EXPECT_EQ(pool.place_of(IpAddress::v4(outside)), nullptr);
  }
  EXPECT_EQ(AddressPool::slot_at(nullptr), AddressPool::kNone);
  EXPECT_EQ(pool_of("fd77::/108").place_of_v4(0), nullptr);
  EXPECT_EQ(pool_of("fd77::1/128").place_of_v4(1), nullptr);
}

TEST(AddressPool, AgreesWithAMapAndWithThePrefix) {
  EXPECT_TRUE(rc::check([] {
    const IpPrefix prefix = parse_prefix("10.77.16.0/22").value();
    AddressPool pool = AddressPool::create(prefix).value();
    std::map<IpAddress, std::uint32_t> model;
    const auto offsets = *rc::gen::container<std::vector<std::uint32_t>>(
        rc::gen::inRange<std::uint32_t>(0, 2048));  // half of them beyond the pool
    std::uint32_t slot = 0;
    for (std::uint32_t offset : offsets) {
      const IpAddress address = IpAddress::v4(0x0a4d1000 + offset);
      RC_ASSERT(pool.contains(address) == prefix.contains(address));
      if (!pool.contains(address)) continue;
      if (model.contains(address)) {
        pool.clear(address);
        model.erase(address);
      } else {
        pool.assign(address, slot);
        model[address] = slot++;
      }
    }
    for (std::uint32_t offset = 0; offset < 2048; ++offset) {
      const IpAddress address = IpAddress::v4(0x0a4d1000 + offset);
      const auto found = model.find(address);
      RC_ASSERT(pool.slot_of(address) ==
                (found == model.end() ? AddressPool::kNone : found->second));
    }
  }));
}

TEST(AddressPoolDeathTest, AbortsWhenControlAssignsAForeignAddress) {
  AddressPool pool = pool_of("10.77.0.0/16");
  EXPECT_DEATH(pool.assign(at("10.78.0.0"), 1), "addresses of the pool");
  EXPECT_DEATH(pool.clear(at("10.78.0.0")), "addresses of the pool");
  EXPECT_DEATH(pool.assign(at("10.77.0.0"), AddressPool::kNone), "means none");
}

}  // namespace
}  // namespace jvpn
