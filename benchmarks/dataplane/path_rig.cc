// SPDX-License-Identifier: Apache-2.0
#include "path_rig.h"

#include <rte_mbuf.h>

#include "base/ensure.h"
#include "dataplane/burst.h"
#include "dataplane/checksum.h"
#include "dataplane/outer.h"
#include "session/core/wire.h"

namespace jvpn::bench {
namespace {

constexpr EtherAddress kPeerMac{2, 0, 0, 0, 0, 9};
constexpr std::size_t kDataAt = kOuterSizeV4;  ///< of the data header in an uplink frame

void put(rte_mbuf* buffer, const Frame& frame) {
  rte_pktmbuf_reset(buffer);
  std::memcpy(rte_pktmbuf_append(buffer, static_cast<std::uint16_t>(frame.size())), frame.data(),
              frame.size());
}

}  // namespace

PathRig::PathRig(std::uint32_t sessions, std::size_t inner_size)
    : inner_size_(inner_size), engine_(std::move(*AeadEngine::create())) {
  facts_.tunnel_mtu = 1500;
  facts_.buffers = rte_mempool_lookup("bench");
  if (facts_.buffers == nullptr) {
    facts_.buffers = rte_pktmbuf_pool_create("bench", 8191, 0, 0, 2176, SOCKET_ID_ANY);
  }
  for (std::uint8_t i = 0; i < 2; ++i) {
    Link link;
    link.index = i;
    link.plaintext = i == 1;
    link.mac = {2, 0, 0, 0, 0, i};
    link.address = *parse_prefix(i == 0 ? "198.51.100.1/24" : "10.99.0.1/24", true);
    link.next_hop = *parse_address(i == 0 ? "198.51.100.254" : "10.99.0.2");
    link.udp_port = 51820;
    neighbours_.resolve(neighbours_.reserve(i, link.next_hop), kPeerMac);
    facts_.links.push_back(link);
  }
  const TableShape shape{sessions, 1, 1};
  table_.emplace(
      std::move(*SessionTable::create(take_memory(SessionTable::memory_size(shape)), shape)));
  mailbox_.emplace(std::move(*Mailbox::create(take_memory(Mailbox::memory_size({})), {})));
  pool_.emplace(std::move(*AddressPool::create(*parse_prefix("10.64.0.0/12"))));
  facts_.table = &*table_;
  facts_.pool_v4 = &*pool_;
  facts_.neighbours = &neighbours_;
  table_->reader_online(0);
  turn_.emplace(Turn{facts_, 0, *mailbox_, engine_, counters_, Bytes<16>{}});
  for (std::uint32_t i = 0; i < sessions; ++i) add_session(i);
}

ByteSpan PathRig::take_memory(std::size_t size) {
  memory_.push_back(std::make_unique<std::uint8_t[]>(size + 63));
  void* at = memory_.back().get();
  std::size_t space = size + 63;
  return {static_cast<std::uint8_t*>(std::align(64, size, at, space)), size};
}

Frame PathRig::inner_packet(const IpAddress& from, const IpAddress& to) const {
  Frame out(inner_size_, 0x5a);
  Ipv4Header ip;
  ip.length = static_cast<std::uint16_t>(inner_size_);
  ip.protocol = kProtocolUdp;
  ip.source = from.v4_octets();
  ip.destination = to.v4_octets();
  store(out.data(), ip);
  ip.checksum = InternetSum().add(ByteView(out).first(sizeof ip)).checksum();
  store(out.data(), ip);
  return out;
}

void PathRig::add_session(std::uint32_t number) {
  Session session;
  SessionKeys keys;
  for (AeadKey* key : {&keys.uplink, &keys.downlink}) {
    Bytes<32> bytes = keys_.draw<32>();
    engine_.expand(Suite::aes_256_gcm, Key32::take(bytes), keys_.draw<12>(), *key);
  }
  Snapshot snapshot;
  SessionView& view = snapshot.view;
  view.bound = {IpAddress::v4(0xc6336500u + number % 0x10000), 40000};
  view.inner_v4 = IpAddress::v4(0x0a400001u + number);
  view.tunnel_mtu = 1500;
  view.replay_window = 1024;
  view.client_tag = Tag(number);
  snapshot.outer = build_outer(underlay(), view.bound, neighbours_.find(0, underlay().next_hop));
  session.tag = table_->reserve(0).value();
  table_->install(session.tag, keys, snapshot);
  pool_->assign(view.inner_v4, GatewayTag::unpack(session.tag).slot);

  const IpAddress server = *parse_address("192.0.2.80");
  const Frame up = inner_packet(view.inner_v4, server);
  session.uplink.resize(kDataAt + kDataOverhead + inner_size_);
  // What comes from the peer is what goes to it with the addresses exchanged.
  Link client = underlay();
  client.mac = kPeerMac;
  client.address = {view.bound.address, 32};
  client.udp_port = view.bound.port;
  const Endpoint gateway{underlay().address.address, underlay().udp_port};
  finish_outer(session.uplink, build_outer(client, gateway, 0), {underlay().mac, 0, 1});
  std::copy(up.begin(), up.end(), session.uplink.begin() + kDataAt + sizeof(DataHeader));
  session.downlink.resize(sizeof(EthernetHeader));
  store(session.downlink.data(), EthernetHeader{plaintext().mac, kPeerMac, kEtherIpv4});
  const Frame down = inner_packet(server, view.inner_v4);
  session.downlink.insert(session.downlink.end(), down.begin(), down.end());
  session.counter = random_() >> 40;
  sessions_.push_back(std::move(session));
}

void PathRig::fill_uplink(std::span<rte_mbuf*> buffers) {
  order_.clear();
  for (rte_mbuf* buffer : buffers) {
    order_.push_back(draw());
    Session& session = sessions_[order_.back()];
    store(session.uplink.data() + kDataAt,
          DataHeader{WirePrefix::make(WireType::data, session.tag, 0), session.counter++});
    put(buffer, session.uplink);
  }
  std::vector<AeadOp> ops = open_ops(buffers);
  engine_.seal(ops);
}

void PathRig::fill_downlink(std::span<rte_mbuf*> buffers) {
  order_.clear();
  for (rte_mbuf* buffer : buffers) {
    order_.push_back(draw());
    put(buffer, sessions_[order_.back()].downlink);
  }
}

std::vector<AeadOp> PathRig::open_ops(std::span<rte_mbuf*> buffers) const {
  std::vector<AeadOp> out;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    std::uint8_t* header = rte_pktmbuf_mtod(buffers[i], std::uint8_t*) + kDataAt;
    std::uint8_t* data = header + sizeof(DataHeader);
    out.push_back({&table_->record(sessions_[order_[i]].tag)->uplink_key,
                   load<DataHeader>(header).counter, header, sizeof(DataHeader),
                   static_cast<std::uint32_t>(inner_size_), data, data + inner_size_, false});
  }
  return out;
}

std::vector<AeadOp> PathRig::seal_ops(std::span<rte_mbuf*> buffers) const {
  std::vector<AeadOp> out;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    std::uint8_t* data = rte_pktmbuf_mtod(buffers[i], std::uint8_t*) + sizeof(EthernetHeader);
    out.push_back({&table_->record(sessions_[order_[i]].tag)->downlink_key, i,
                   data - sizeof(DataHeader), sizeof(DataHeader),
                   static_cast<std::uint32_t>(inner_size_), data, data + inner_size_, false});
  }
  return out;
}

std::vector<rte_mbuf*> PathRig::take_buffers(std::size_t count) {
  std::vector<rte_mbuf*> out(count);
  const int taken =
      rte_pktmbuf_alloc_bulk(facts_.buffers, out.data(), static_cast<unsigned>(count));
  ensure(taken == 0, "the pool has more buffers than a slice");
  return out;
}

}  // namespace jvpn::bench
