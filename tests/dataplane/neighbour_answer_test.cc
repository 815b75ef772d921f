// SPDX-License-Identifier: Apache-2.0
#include "dataplane/neighbour_answer.h"

#include <gtest/gtest.h>

#include "dataplane/neighbour_frames.h"
#include "rig.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
constexpr EtherAddress kAsker{2, 0, 0, 0, 9, 9};

ArpPacket arp(const char* sender, const char* target) {
  ArpPacket packet;
  packet.sender_mac = kAsker;
  packet.sender = address(sender).v4_octets();
  packet.target = address(target).v4_octets();
  return packet;
}

/// A solicitation as a stranger writes it: `with_option` adds the source address option.
Packet solicitation(const char* from, const char* target, bool with_option = true) {
  Packet message(with_option ? 32 : 24);
  message[0] = kIcmp6Solicitation;
  const IpAddress wanted = address(target);
  std::copy(wanted.bytes.begin(), wanted.bytes.end(), message.begin() + 8);
  if (with_option) {
    message[24] = message[25] = 1;
    std::copy(kAsker.begin(), kAsker.end(), message.begin() + 26);
  }
  const std::uint16_t sum = slow_checksum(
      message, pseudo_header_sum({address(from), 0}, {wanted, 0}, message.size(), kProtocolIcmp6));
  store(message.data() + 2, BigEndian<std::uint16_t>(sum));
  return frame_of(ip_packet(address(from), wanted, kProtocolIcmp6, message, {0, 255, false}),
                  kAsker, {0x33, 0x33, 0xff, 0, 0, 1});
}

class NeighbourAnswer : public testing::Test {
 protected:
  void expect_ignored(std::uint8_t link, const Packet& frame,
                      Verdict verdict = Verdict::neighbour_ignored) {
    rig.arrive(link, frame);
    rig.turn();
    EXPECT_EQ(rig.new_verdicts(), (Verdicts{{verdict, 1}}));
    EXPECT_TRUE(rig.sent(link).empty());
  }
  Rig rig;
};

TEST_F(NeighbourAnswer, SaysWhoHasOurAddressOnBothSides) {
  const struct {
    std::uint8_t link;
    const char* asker;
    const char* own;
    EtherAddress mac;
  } sides[] = {{Rig::kUnderlay, "198.51.100.9", "198.51.100.1", kOurUnderlayMac},
               {Rig::kPlaintext, "10.99.0.9", "10.99.0.1", kOurPlaintextMac}};
  for (const auto& side : sides) {
    Packet question = arp_frame(ArpPacket::kRequest, arp(side.asker, side.own), kBroadcastMac);
    question.resize(60);  // as short Ethernet frames come
    rig.arrive(side.link, question);
    const Packet frame = rig.turn_and_take(side.link);
    ASSERT_EQ(frame.size(), kArpFrameSize);
    EXPECT_EQ(load<EthernetHeader>(frame.data()).destination, kAsker);
    EXPECT_EQ(load<EthernetHeader>(frame.data()).source, side.mac);
    const auto answer = load<ArpPacket>(frame.data() + sizeof(EthernetHeader));
    EXPECT_EQ(answer.operation.value(), ArpPacket::kReply);
    EXPECT_EQ(answer.sender_mac, side.mac);
    EXPECT_EQ(IpAddress::v4(answer.sender), address(side.own));
    EXPECT_EQ(answer.target_mac, kAsker);
    EXPECT_EQ(IpAddress::v4(answer.target), address(side.asker));
  }
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::answered, 2}}));
}

TEST_F(NeighbourAnswer, SpeaksForThePoolOnThePlaintextSideOnly) {
  const Packet question =
      arp_frame(ArpPacket::kRequest, arp("10.99.0.9", "10.77.3.4"), kBroadcastMac);
  rig.arrive(Rig::kPlaintext, question);
  const Packet frame = rig.turn_and_take(Rig::kPlaintext);
  EXPECT_EQ(IpAddress::v4(load<ArpPacket>(frame.data() + 14).sender), address("10.77.3.4"));
  rig.new_verdicts();
  expect_ignored(Rig::kUnderlay, question);
}

TEST_F(NeighbourAnswer, IgnoresQuestionsForOthersAndNonsense) {
  expect_ignored(Rig::kUnderlay, arp_frame(ArpPacket::kRequest, arp("198.51.100.9", "198.51.100.8"),
                                           kBroadcastMac));
  ArpPacket odd = arp("198.51.100.9", "198.51.100.1");
  odd.hardware_size = 8;
  expect_ignored(Rig::kUnderlay, arp_frame(ArpPacket::kRequest, odd, kBroadcastMac));
  ArpPacket from_group = arp("198.51.100.9", "198.51.100.1");
  from_group.sender_mac = kBroadcastMac;
  expect_ignored(Rig::kUnderlay, arp_frame(ArpPacket::kRequest, from_group, kBroadcastMac));
  Packet cut = arp_frame(ArpPacket::kRequest, arp("198.51.100.9", "198.51.100.1"), kBroadcastMac);
  cut.resize(40);
  expect_ignored(Rig::kUnderlay, cut, Verdict::frame_truncated);
}

TEST_F(NeighbourAnswer, GivesAnswersAndAnnouncementsToControl) {
  const Packet answer =
      arp_frame(ArpPacket::kReply, arp("198.51.100.9", "198.51.100.1"), kOurUnderlayMac);
  const Packet announcement =
      arp_frame(ArpPacket::kRequest, arp("198.51.100.9", "198.51.100.9"), kBroadcastMac);
  rig.arrive(Rig::kUnderlay, answer);
  rig.arrive(Rig::kUnderlay, announcement);
  rig.turn();
  const auto cells = rig.punted(PuntClass::neighbour);
  ASSERT_EQ(cells.size(), 2u);
  for (const PuntCell& cell : cells) {
    const auto claim = read_claim(ByteView(cell.bytes).first(cell.size));
    ASSERT_TRUE(claim.has_value());
    EXPECT_EQ(claim->address, address("198.51.100.9"));
    EXPECT_EQ(claim->mac, kAsker);
    EXPECT_EQ(cell.port, Rig::kUnderlay);
  }
}

TEST_F(NeighbourAnswer, AnswersIpv6SolicitationsWithAnAdvertisement) {
  for (const bool with_option : {true, false}) {
    rig.arrive(Rig::kUnderlay, solicitation("2001:db8::9", "2001:db8::1", with_option));
    const Packet frame = rig.turn_and_take(Rig::kUnderlay);
    EXPECT_EQ(load<EthernetHeader>(frame.data()).destination, kAsker);
    const auto claim = read_claim(frame);  // checks hop limit, checksum and shape
    ASSERT_TRUE(claim.has_value());
    EXPECT_EQ(claim->address, address("2001:db8::1"));
    EXPECT_EQ(claim->mac, kOurUnderlayMac);
    const ByteView message = network_of(frame).subspan(40);
    EXPECT_EQ(slow_checksum(message, pseudo_header_sum({address("2001:db8::1"), 0},
                                                       {address("2001:db8::9"), 0}, message.size(),
                                                       kProtocolIcmp6)),
              0);
  }
  rig.arrive(Rig::kPlaintext, solicitation("fd99::9", "fd77::2"));
  EXPECT_EQ(read_claim(rig.turn_and_take(Rig::kPlaintext))->address, address("fd77::2"));
}

TEST_F(NeighbourAnswer, IgnoresSolicitationsThatCannotBeANeighbours) {
  Packet routed = solicitation("2001:db8::9", "2001:db8::1");
  routed[14 + 7] = 254;
  expect_ignored(Rig::kUnderlay, routed);
  Packet damaged = solicitation("2001:db8::9", "2001:db8::1");
  damaged.back() ^= 1;
  expect_ignored(Rig::kUnderlay, damaged);
  expect_ignored(Rig::kUnderlay, solicitation("2001:db8::9", "2001:db8::8"));
  expect_ignored(Rig::kUnderlay, solicitation("::", "2001:db8::1"));
}

TEST_F(NeighbourAnswer, GivesAdvertisementsToControl) {
  const Link& link = rig.facts.links[Rig::kUnderlay];
  Link other = link;
  other.mac = kAsker;
  const NeighbourFrame frame =
      write_advertisement(other, address("2001:db8::9"), {link.mac, link.address6.address});
  rig.arrive(Rig::kUnderlay, frame.view());
  rig.turn();
  const auto cells = rig.punted(PuntClass::neighbour);
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_EQ(read_claim(ByteView(cells[0].bytes).first(cells[0].size))->mac, kAsker);
}

TEST_F(NeighbourAnswer, AnswersPingOnThePlaintextPort) {
  for (const auto& [from, to] : {std::pair("10.99.0.9", "10.99.0.1"), {"fd99::9", "fd99::1"}}) {
    rig.arrive_plaintext(echo_request(address(from), address(to), 32));
    const Packet frame = rig.turn_and_take(Rig::kPlaintext);
    EXPECT_EQ(load<EthernetHeader>(frame.data()).destination, kServerMac);
    EXPECT_TRUE(has_right_ip_checksum(network_of(frame)));
  }
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::answered, 2}}));
}

}  // namespace
}  // namespace jvpn::test
