// SPDX-License-Identifier: Apache-2.0
// What is the same for all IPv4 packets that leave by one underlay. With what a session's view says
// of its client it makes their outer headers, so that the usual downlink packet does without the
// template in its snapshot, which is a cache line. finish_outer() (outer.h) writes the same bytes.
#pragma once

#include <emmintrin.h>

#include "dataplane/block_v4.h"
#include "dataplane/outer.h"

namespace jvpn {

class UnderlayV4 {
 public:
  /// Where the next hop stands in front: Ethernet, and the first two bytes of the IPv4 header.
  struct Front {
    __m128i bytes = _mm_setzero_si128();
  };
  struct Fields {
    std::uint8_t ecn = 0;
    std::uint16_t id = 0;
    std::uint16_t size = 0;  ///< of the UDP payload
  };

  /// Leads nowhere.
  UnderlayV4() = default;
  /// The same for a link without an IPv4 address.
  explicit UnderlayV4(const Link& link) {
    const OuterTemplate outer = build_outer(link, {IpAddress::v4(0u), 0}, 0);
    if (outer_size(outer) != kOuterSizeV4) return;
    on_link_ = BlockV4(link.address);
    next_hop_ = number_v4(link.next_hop);
    const std::uint8_t* const bytes = outer.bytes.data();
    std::memcpy(&front_.bytes, bytes, sizeof front_.bytes);
    std::memcpy(&middle_, bytes + kMiddle, sizeof middle_);
    std::memcpy(&partial_, bytes + kSum, sizeof partial_);
    std::memcpy(&source_, bytes + kSource, sizeof source_);
    std::memcpy(&port_, bytes + kUdp, sizeof port_);
  }

  /// Whose MAC a packet to `peer` gets; 0: nobody's, or no IPv4 address.
  std::uint32_t hop_towards(const IpAddress& peer) const {
    const std::uint32_t address = number_v4(peer);
    return on_link_.contains(address) ? address : next_hop_;
  }
  Front towards(const EtherAddress& next_hop) const {
    Front front = front_;
    std::memcpy(&front.bytes, next_hop.data(), next_hop.size());
    return front;
  }
  /// All kOuterSizeV4 bytes at `at`, to an IPv4 peer. As few stores as there can be: numbers are
  /// put together as they lie in memory.
  void write(std::uint8_t* at, const Front& front, const Endpoint& peer,
             const Fields& fields) const {
    const auto udp_size = static_cast<std::uint16_t>(fields.size + sizeof(UdpHeader));
    const std::uint16_t length =
        network_order(static_cast<std::uint16_t>(udp_size + sizeof(Ipv4Header)));
    const std::uint16_t id = network_order(fields.id);
    const auto destination = static_cast<std::uint32_t>(peer.address.words().low >> 32);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at), front.bytes);
    at[kTos] = fields.ecn;
    put(at + kMiddle, middle_ | length | std::uint64_t{id} << 16);
    put(at + kSum, checksum(std::uint32_t{fields.ecn} * 0x100 + length + id, destination));
    put(at + kSource, source_);
    put(at + kDestination, destination);
    put(at + kUdp, port_);
    put(at + kUdp + offsetof(UdpHeader, destination), network_order(peer.port));
    put(at + kUdp + offsetof(UdpHeader, length), std::uint32_t{network_order(udp_size)});
  }

 private:
  static constexpr std::size_t kIp = sizeof(EthernetHeader), kUdp = kIp + sizeof(Ipv4Header);
  static constexpr std::size_t kTos = kIp + offsetof(Ipv4Header, tos);
  static constexpr std::size_t kMiddle = kIp + offsetof(Ipv4Header, length);
  static constexpr std::size_t kSum = kIp + offsetof(Ipv4Header, checksum);
  static constexpr std::size_t kSource = kIp + offsetof(Ipv4Header, source);
  static constexpr std::size_t kDestination = kIp + offsetof(Ipv4Header, destination);
  static_assert(kMiddle == sizeof(Front) && kSum == kMiddle + 8);

  template <class Number>
  static void put(std::uint8_t* at, Number as_in_memory) {
    std::memcpy(at, &as_in_memory, sizeof as_in_memory);
  }
  /// RFC 1071, of the constant part's sum, some words, and an address: less than 2^19 in all.
  std::uint16_t checksum(std::uint32_t words, std::uint32_t address) const {
    std::uint32_t sum = partial_ + words + (address & 0xffff) + (address >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~(sum + (sum >> 16)));
  }

  BlockV4 on_link_;
  std::uint32_t next_hop_ = 0;
  // As they lie in memory.
  Front front_;
  std::uint64_t middle_ = 0;   ///< from the length to the protocol
  std::uint16_t partial_ = 0;  ///< sum of the IPv4 header's constant part
  std::uint32_t source_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace jvpn
