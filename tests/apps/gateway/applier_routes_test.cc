// SPDX-License-Identifier: Apache-2.0
#include "dataplane/routes.h"
#include "tests/apps/gateway/applier_fixture.h"
#include "tests/dataplane/eal_environment.h"

namespace jvpn {
namespace {

const auto* const kEal = testing::AddGlobalTestEnvironment(new test::EalEnvironment);

class ApplierRoutes : public ApplierTest {
 protected:
  ApplierRoutes() { EXPECT_TRUE(routes->provision(all)); }

  InstallSession routed(Tag tag) {
    InstallSession action = install(tag);
    action.view.inner_v4 = all[0].address;
    action.routes = all;
    return action;
  }
  template <class... Each>
  void carry_out(Each... each) {
    Actions actions;
    (actions.emplace_back(std::move(each)), ...);
    routing.apply(actions);
  }
  RouteTo find(const char* text) { return routes->find(*parse_address(text)); }

  const std::vector<IpPrefix> all{*parse_prefix("10.200.1.7"), *parse_prefix("192.168.50.0/24"),
                                  *parse_prefix("fd50::/48")};
  std::unique_ptr<Routes> routes = Routes::create({4, 4}, table).value();
  Applier routing{SharedState{table, &four, &six, routes.get()}, aead, outlets};
};

TEST_F(ApplierRoutes, LeadToASessionFromItsCommitToItsEnd) {
  const Tag tag = *table.reserve(0);
  EXPECT_EQ(find("192.168.50.9"), (RouteTo{true, RouteTo::kNoSession}));
  carry_out(routed(tag));
  for (const char* theirs : {"10.200.1.7", "192.168.50.9", "fd50::9"}) {
    EXPECT_EQ(find(theirs), (RouteTo{true, slot(tag)})) << theirs;
  }
  EXPECT_EQ(six.slot_of(kSix), slot(tag));
  carry_out(RemoveSession{tag, all[0].address, kSix, all});
  for (const char* theirs : {"10.200.1.7", "192.168.50.9", "fd50::9"}) {
    EXPECT_EQ(find(theirs), (RouteTo{true, RouteTo::kNoSession})) << theirs;
  }
}

TEST_F(ApplierRoutes, StayWithTheNewerSessionOfThePeer) {
  const Tag old_one = *table.reserve(0);
  const Tag new_one = *table.reserve(0);
  carry_out(routed(old_one), routed(new_one), RemoveSession{old_one, all[0].address, kSix, all});
  EXPECT_EQ(find("192.168.50.9"), (RouteTo{true, slot(new_one)}));
  EXPECT_EQ(find("10.200.1.7"), (RouteTo{true, slot(new_one)}));
}

}  // namespace
}  // namespace jvpn
