// SPDX-License-Identifier: Apache-2.0
// Networks and fixed addresses of clients beside the pools: what is theirs goes to them, and nobody
// else speaks for it.
#include <algorithm>

#include "rig.h"
#include "routes_fixture.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kSiteClient = endpoint("203.0.113.7:40000");
const Endpoint kOtherClient = endpoint("203.0.113.8:40000");
const Endpoint kServer = endpoint("192.0.2.80:80");
const Endpoint kServer6 = endpoint("[2001:db8:80::80]:80");

/// Two clients: one with networks behind it, one with fixed addresses of its own.
class Routed : public testing::Test {
 protected:
  explicit Routed(std::uint8_t workers = 1) : rig(workers) {
    routes = Routes::create({4, 4}, *rig.table).value();
    rig.facts.routes = routes.get();
    EXPECT_TRUE(routes->provision({route("192.168.50.0/24"), route("fd50::/48"),
                                   route("10.200.1.7"), route("10.60.0.0/16")}));
    rig.attach(site, rig.view_of(site, kSiteClient), workers - 1);
    for (const char* behind : {"192.168.50.0/24", "fd50::/48"}) {
      routes->assign(route(behind), slot(site));
    }
    SessionView fixed = rig.view_of(other, kOtherClient);
    fixed.inner_v4 = address("10.200.1.7");
    fixed.inner_v6 = IpAddress{};
    other.install(*rig.table, 0, fixed, rig.outer_to(kOtherClient));
    routes->assign(route("10.200.1.7"), slot(other));
  }
  static std::uint32_t slot(const TunnelPeer& peer) { return GatewayTag::unpack(peer.tag).slot; }

  Verdict up(TunnelPeer& peer, const Endpoint& from, const Packet& inner) {
    rig.arrive_datagram(from, peer.seal(inner));
    return only_verdict();
  }
  Verdict down(const char* to) {
    const Endpoint target = endpoint(to);
    rig.arrive_plaintext(
        udp_packet(target.address.is_v4() ? kServer : kServer6, target, Packet(50)));
    return only_verdict();
  }
  Verdict only_verdict() {
    rig.turn();
    const Verdicts given = rig.new_verdicts();
    EXPECT_EQ(given.size(), 1u);
    return given.empty() ? Verdict::undecided : given.begin()->first;
  }
  /// Whose tunnel the last packet went into, by who can open it.
  bool reached(TunnelPeer& peer) {
    const std::vector<Packet> frames = rig.sent(Rig::kUnderlay);
    return frames.size() == 1 && peer.open(udp_payload_of(frames[0])).has_value();
  }

  Rig rig;
  std::unique_ptr<Routes> routes;
  TunnelPeer site;
  TunnelPeer other;
};

TEST_F(Routed, ADestinationInAPrefixGoesToItsSession) {
  for (const char* to : {"192.168.50.9:1", "[fd50::1234]:1", "10.77.0.2:1"}) {
    EXPECT_EQ(down(to), Verdict::forwarded) << to;
    EXPECT_TRUE(reached(site)) << to;
  }
}

TEST_F(Routed, AFixedAddressGoesToItsSession) {
  EXPECT_EQ(down("10.200.1.7:1"), Verdict::forwarded);
  EXPECT_TRUE(reached(other));
}

TEST_F(Routed, ADestinationWithoutSessionOrRouteIsToldApart) {
  EXPECT_EQ(down("10.60.1.1:1"), Verdict::no_session);
  EXPECT_EQ(down("192.168.51.1:1"), Verdict::not_for_us);
  EXPECT_EQ(down("[fd51::1]:1"), Verdict::not_for_us);
  EXPECT_EQ(down("10.200.1.8:1"), Verdict::not_for_us);
}

TEST_F(Routed, ASourceBehindTheClientPasses) {
  for (const char* from : {"192.168.50.9:1", "192.168.50.255:1"}) {
    EXPECT_EQ(up(site, kSiteClient, udp_packet(endpoint(from), kServer, Packet(50))),
              Verdict::forwarded);
  }
  EXPECT_EQ(up(site, kSiteClient, udp_packet(endpoint("[fd50::9]:1"), kServer6, Packet(50))),
            Verdict::forwarded);
  EXPECT_EQ(up(other, kOtherClient, udp_packet(endpoint("10.200.1.7:1"), kServer, Packet(50))),
            Verdict::forwarded);
}

TEST_F(Routed, ASourceOfAnotherSessionIsDenied) {
  for (const char* from : {"192.168.50.9:1", "10.77.0.2:1", "10.60.0.1:1", "192.168.51.9:1"}) {
    EXPECT_EQ(up(other, kOtherClient, udp_packet(endpoint(from), kServer, Packet(50))),
              Verdict::inner_source_denied)
        << from;
  }
  EXPECT_EQ(up(other, kOtherClient, udp_packet(endpoint("[fd50::9]:1"), kServer6, Packet(50))),
            Verdict::inner_source_denied);
  EXPECT_EQ(up(site, kSiteClient, udp_packet(endpoint("10.200.1.7:1"), kServer, Packet(50))),
            Verdict::inner_source_denied);
}

TEST_F(Routed, ASourceIsDeniedOnceItsRouteLeadsElsewhere) {
  const Packet inner = udp_packet(endpoint("192.168.50.9:1"), kServer, Packet(50));
  EXPECT_EQ(up(site, kSiteClient, inner), Verdict::forwarded);
  routes->assign(route("192.168.50.0/24"), slot(other));
  EXPECT_EQ(up(site, kSiteClient, inner), Verdict::inner_source_denied);
  EXPECT_EQ(down("192.168.50.9:1"), Verdict::forwarded);
  EXPECT_TRUE(reached(other));
  routes->clear(route("192.168.50.0/24"), slot(other));
  EXPECT_EQ(down("192.168.50.9:1"), Verdict::no_session);
}

TEST_F(Routed, ClientsDoNotReachWhatIsBehindClients) {
  for (const char* to : {"192.168.50.9:1", "10.60.0.1:1", "10.77.0.2:1"}) {
    for (int again = 0; again < 2; ++again) {  // the second would find the first's next hop
      const Packet inner = udp_packet(endpoint("10.200.1.7:1"), endpoint(to), Packet(50));
      EXPECT_EQ(up(other, kOtherClient, inner), Verdict::inner_destination_denied) << to;
    }
    EXPECT_EQ(up(other, kOtherClient, udp_packet(endpoint("10.200.1.7:1"), kServer, Packet(50))),
              Verdict::forwarded);
  }
}

TEST_F(Routed, NeighboursLearnThatTheGatewayHasWhatIsRouted) {
  ArpPacket question;
  question.operation = ArpPacket::kRequest;
  question.sender_mac = kServerMac;
  question.sender = address("10.99.0.2").v4_octets();
  question.target = address("192.168.50.9").v4_octets();
  rig.arrive(Rig::kPlaintext,
             arp_frame(ArpPacket::kRequest, question, EtherAddress{255, 255, 255, 255, 255, 255}));
  EXPECT_EQ(only_verdict(), Verdict::answered);
}

class RoutedAcrossWorkers : public Routed {
 protected:
  RoutedAcrossWorkers() : Routed(2) {}
};

TEST_F(RoutedAcrossWorkers, ARoutedDestinationIsHandedToItsOwner) {
  EXPECT_EQ(down("192.168.50.9:1"), Verdict::handed_over);
  rig.turn(1);
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}}));
  EXPECT_TRUE(reached(site));
}

}  // namespace
}  // namespace jvpn::test
