// SPDX-License-Identifier: Apache-2.0
#include "dataplane/routes.h"

#include <random>
#include <set>

#include "routes_fixture.h"

namespace jvpn::test {

void PrintTo(const RouteTo& to, std::ostream* out) {
  *out << (to.known ? "slot " + std::to_string(to.slot) : "unknown");
}

namespace {

constexpr RouteTo kUnknown{};
constexpr RouteTo kNoSession{true, RouteTo::kNoSession};
constexpr RouteTo to(std::uint32_t slot) {
  return {true, slot};
}

TEST(Routes, LeadToASlotByAddressAndByPrefixOfBothFamilies) {
  RoutesInMemory made({4, 4});
  const std::vector<IpPrefix> all{route("10.200.1.7"), route("fd00::7"), route("192.168.50.0/24"),
                                  route("2001:db8:5::/48")};
  ASSERT_TRUE(made.routes->provision(all));
  EXPECT_EQ(made.find("192.168.50.9"), kNoSession);
  for (std::uint32_t i = 0; i < 4; ++i) made.routes->assign(all[i], 40 + i);
  EXPECT_EQ(made.find("10.200.1.7"), to(40));
  EXPECT_EQ(made.find("fd00::7"), to(41));
  EXPECT_EQ(made.find("192.168.50.0"), to(42));
  EXPECT_EQ(made.find("192.168.50.255"), to(42));
  EXPECT_EQ(made.find("2001:db8:5:ffff::1"), to(43));
  for (const char* other : {"10.200.1.6", "10.200.1.8", "fd00::8", "192.168.49.255", "192.168.51.0",
                            "2001:db8:4::1", "2001:db8:6::1"}) {
    EXPECT_EQ(made.find(other), kUnknown) << other;
  }
}

TEST(Routes, PreferTheLongerPrefix) {
  RoutesInMemory made({4, 8});
  const std::vector<IpPrefix> all{route("10.0.0.0/8"),      route("10.1.0.0/16"),
                                  route("10.1.2.128/25"),   route("10.1.2.130"),
                                  route("2001:db8::/32"),   route("2001:db8:1::/48"),
                                  route("2001:db8:1::/65"), route("2001:db8:1::1")};
  ASSERT_TRUE(made.routes->provision(all));
  for (std::uint32_t i = 0; i < all.size(); ++i) made.routes->assign(all[i], i);
  EXPECT_EQ(made.find("10.2.0.1"), to(0));
  EXPECT_EQ(made.find("10.1.2.1"), to(1));
  EXPECT_EQ(made.find("10.1.2.129"), to(2));
  EXPECT_EQ(made.find("10.1.2.130"), to(3));
  EXPECT_EQ(made.find("2001:db8:2::"), to(4));
  EXPECT_EQ(made.find("2001:db8:1:0:8000::"), to(5));
  EXPECT_EQ(made.find("2001:db8:1::2"), to(6));
  EXPECT_EQ(made.find("2001:db8:1::1"), to(7));
}

TEST(Routes, LeaveARouteToTheNewerSessionThatHasItByNow) {
  RoutesInMemory made({1, 1});
  for (const char* text : {"10.200.1.7", "10.3.0.0/16"}) {
    ASSERT_TRUE(made.routes->provision({route(text)}));
    made.let_grace_pass();
    made.routes->assign(route(text), 1);
    made.routes->assign(route(text), 2);
    made.routes->clear(route(text), 1);
    EXPECT_EQ(made.routes->find(route(text).address), to(2));
    made.routes->clear(route(text), 2);
    EXPECT_EQ(made.routes->find(route(text).address), kNoSession);
  }
}

TEST(Routes, RefuseMoreThanTheirLimitsAndChangeNothing) {
  RoutesInMemory made({2, 2});
  const std::vector<IpPrefix> some{route("10.200.1.7"), route("10.3.0.0/16")};
  ASSERT_TRUE(made.routes->provision(some));
  made.routes->assign(some[0], 5);
  const auto hosts =
      made.routes->provision({route("10.200.1.7"), route("10.200.1.8"), route("10.200.1.9")});
  ASSERT_FALSE(hosts);
  EXPECT_EQ(hosts.error().what,
            "3 single addresses outside of the pools, and dataplane.max_hosts = 2");
  const auto prefixes =
      made.routes->provision({some[0], some[1], route("10.4.0.0/16"), route("fd00::/64")});
  ASSERT_FALSE(prefixes);
  EXPECT_EQ(prefixes.error().what, "3 prefixes behind clients, and dataplane.max_prefixes = 2");
  EXPECT_EQ(made.find("10.200.1.7"), to(5));
  EXPECT_EQ(made.find("10.3.0.1"), kNoSession);
  EXPECT_EQ(made.find("10.200.1.8"), kUnknown);
  EXPECT_EQ(made.find("10.4.0.1"), kUnknown);
}

TEST(Routes, MakeNoRoomOfWhatAWorkerMayStillLookInto) {
  RoutesInMemory made({1, 1});
  ASSERT_TRUE(made.routes->provision({route("10.200.1.7"), route("10.3.0.0/16")}));
  ASSERT_TRUE(made.routes->provision({}));
  EXPECT_EQ(made.find("10.200.1.7"), kUnknown);
  EXPECT_EQ(made.find("10.3.0.1"), kUnknown);
  EXPECT_FALSE(made.routes->provision({route("10.200.1.8")}));
  EXPECT_FALSE(made.routes->provision({route("10.4.0.0/16")}));
  made.let_grace_pass();
  EXPECT_TRUE(made.routes->provision({route("10.200.1.8"), route("10.4.0.0/16")}));
}

TEST(Routes, HintAtEveryPlaceWhereTheyKnowSomething) {
  RoutesInMemory made({2, 2});
  ASSERT_TRUE(made.routes->provision(
      {route("10.200.1.7"), route("172.16.0.0/12"), route("192.168.50.0/24"), route("fd00::7")}));
  const auto may = [&](std::uint32_t address) { return made.routes->may_know(address); };
  EXPECT_TRUE(may(0x0ac80107) && may(0xac100000) && may(0xac1fffff) && may(0xc0a832ff));
  EXPECT_FALSE(may(0x0ac7ffff) || may(0x0ac90000) || may(0xac0fffff) || may(0xac200000));
  EXPECT_FALSE(may(0) || may(0xffffffff) || may(0xc0a70000) || may(0xc0a90000));
  ASSERT_TRUE(made.routes->provision({route("10.200.1.7")}));
  EXPECT_TRUE(may(0x0ac80107));
  EXPECT_FALSE(may(0xac100000) || may(0xc0a832ff));
}

/// What routes mean, one comparison after the other.
class NaiveRoutes {
 public:
  void provision(const std::set<IpPrefix>& routes) {
    std::erase_if(slots_, [&](const auto& one) { return !routes.contains(one.first); });
    for (const IpPrefix& one : routes) slots_.try_emplace(one, RouteTo::kNoSession);
  }
  void assign(const IpPrefix& route, std::uint32_t slot) { slots_.at(route) = slot; }
  void clear(const IpPrefix& route, std::uint32_t slot) {
    if (slots_.at(route) == slot) slots_.at(route) = RouteTo::kNoSession;
  }
  RouteTo find(const IpAddress& address) const {
    RouteTo best;
    unsigned longest = 0;
    for (const auto& [route, slot] : slots_) {
      if (!route.contains(address) || route.mapped_length() < longest) continue;
      best = {true, slot};
      longest = route.mapped_length();
    }
    return best;
  }
  const std::map<IpPrefix, std::uint32_t>& all() const { return slots_; }

 private:
  std::map<IpPrefix, std::uint32_t> slots_;
};

/// Few distinct bits, so that random prefixes contain each other and random addresses meet them.
class CloseAddresses {
 public:
  explicit CloseAddresses(unsigned seed) : random_(seed) {}

  std::uint32_t number(std::uint32_t below) {
    return static_cast<std::uint32_t>(random_()) % below;
  }
  IpAddress address() {
    if (number(2) == 0) return IpAddress::v4(0x0a000000 | spread(0x00818181));
    Bytes<16> bytes{0x20, 0x01, 0x0d, 0xb8};
    for (const std::size_t at : {4u, 5u, 6u, 8u, 15u}) {
      bytes[at] = static_cast<std::uint8_t>(spread(0x81));
    }
    return IpAddress::v6(bytes);
  }
  IpPrefix prefix() {
    IpPrefix out{address(), 0};
    const bool v4 = out.address.is_v4();
    const std::uint32_t lengths[] = {v4 ? 9u : 33u,  v4 ? 16u : 48u,  v4 ? 24u : 64u,
                                     v4 ? 25u : 65u, v4 ? 31u : 127u, v4 ? 32u : 128u};
    out.length = static_cast<std::uint8_t>(lengths[number(6)]);
    for (unsigned bit = out.mapped_length(); bit < 128; ++bit) {
      out.address.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> bit % 8));
    }
    return out;
  }

 private:
  std::uint32_t spread(std::uint32_t bits) { return static_cast<std::uint32_t>(random_()) & bits; }
  std::mt19937 random_;
};

TEST(Routes, FindWhatTheNaiveModelFindsThroughRandomChanges) {
  constexpr std::uint32_t kEach = 60;
  RoutesInMemory made({2 * kEach, 2 * kEach});
  NaiveRoutes naive;
  CloseAddresses random(410);
  std::set<IpPrefix> wanted;
  int found = 0;
  for (int round = 0; round < 60; ++round) {
    for (std::uint32_t i = random.number(20); i > 0 && wanted.size() < kEach; --i) {
      wanted.insert(random.prefix());
    }
    std::erase_if(wanted, [&](const IpPrefix&) { return random.number(8) == 0; });
    ASSERT_TRUE(made.routes->provision({wanted.begin(), wanted.end()}));
    naive.provision(wanted);
    for (const IpPrefix& one : wanted) {
      const std::uint32_t slot = random.number(5);
      const bool assigns = random.number(3) != 0;
      assigns ? made.routes->assign(one, slot) : made.routes->clear(one, slot);
      assigns ? naive.assign(one, slot) : naive.clear(one, slot);
    }
    for (int i = 0; i < 400; ++i) {
      const IpAddress address = random.address();
      const RouteTo expected = naive.find(address);
      ASSERT_EQ(made.routes->find(address), expected) << to_string(address);
      if (expected.known && address.is_v4()) {
        ASSERT_TRUE(made.routes->may_know(
            load<BigEndian<std::uint32_t>>(address.v4_octets().data()).value()));
      }
      found += expected.known;
    }
    made.let_grace_pass();
  }
  EXPECT_GT(found, 5000) << "a test of misses only shows little";
}

}  // namespace
}  // namespace jvpn::test
