// SPDX-License-Identifier: Apache-2.0
// ARP and neighbour discovery: what control reads of frames that a worker punted.
#include "dataplane/neighbour_frames.h"

#include "tests/dataplane/packets.h"
#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {
namespace {

Mark claim_v4("an ARP claim");
Mark claim_v6("an advertisement");
Mark question("a solicitation");

Link our_link() {
  Link link;
  link.mac = {2, 0, 0, 0, 0, 1};
  link.address = test::on_link("198.51.100.1/24");
  link.address6 = test::on_link("2001:db8::1/64");
  return link;
}

void as_frame(ByteView frame) {
  const std::optional<NeighbourClaim> claim = read_claim(frame);
  if (!claim) return;
  ensure((claim->mac[0] & 1) == 0, "nobody is reached by a group address");
  ensure(!claim->address.is_unset() || !claim->address.is_v4(), "an address is claimed");
  (claim->address.is_v4() ? claim_v4 : claim_v6).hit();
}

void as_packet(ByteView frame) {
  if (frame.size() < sizeof(EthernetHeader)) return;
  const auto packet = read_neighbour_packet(frame.subspan(sizeof(EthernetHeader)));
  if (!packet || !question.hit_if(packet->is_question)) return;
  const NeighbourFrame answer =
      write_advertisement(our_link(), packet->target, {packet->mac, packet->source});
  const std::optional<NeighbourClaim> claim = read_claim(answer.view());
  ensure(claim && claim->address == packet->target, "what we answer can be read");
}

}  // namespace

void one(ByteView input) {
  as_frame(input);
  as_packet(input);
}

void seeds(const Keep& keep) {
  const Link link = our_link();
  ArpPacket asked;
  asked.sender = {198, 51, 100, 9};
  asked.sender_mac = {2, 0, 0, 0, 0, 9};
  asked.target = {198, 51, 100, 1};
  keep("arp-answer", write_arp_answer(link, asked).view());
  keep("arp-question", write_question(link, test::address("198.51.100.9"))->view());
  keep("solicitation", write_question(link, test::address("2001:db8::9"))->view());
  keep("advertisement", write_advertisement(link, test::address("2001:db8::1"),
                                            {{2, 0, 0, 0, 0, 9}, test::address("2001:db8::9")})
                            .view());
}

}  // namespace jvpn::fuzz
