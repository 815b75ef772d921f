// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "session/core/address.h"

namespace jvpn {

/// The Internet checksum (RFC 1071). Pieces are added in any order; each but the last added has an
/// even size.
class InternetSum {
 public:
  InternetSum& add(ByteView bytes);
  InternetSum& add(std::uint16_t host_order) {
    sum_ += native_word(host_order);
    return *this;
  }
  /// The pseudo header of UDP and ICMPv6 (RFC 8200, 8.1).
  InternetSum& add_pseudo_header(const Bytes<16>& source, const Bytes<16>& destination,
                                 std::uint32_t length, std::uint8_t protocol);
  /// What goes into a checksum field, host order.
  std::uint16_t checksum() const { return static_cast<std::uint16_t>(~folded()); }
  /// All bytes were right when the field itself was summed up too.
  bool is_right() const { return sum_ % 0xffff == 0 && sum_ != 0; }
  /// The sum so far, host order: add(partial()) continues it elsewhere.
  std::uint16_t partial() const { return folded(); }

 private:
  static std::uint64_t native_word(std::uint16_t host_order) {
    return std::bit_cast<std::uint16_t>(BigEndian<std::uint16_t>(host_order));
  }
  std::uint16_t folded() const {
    std::uint64_t sum = (sum_ & 0xffffffff) + (sum_ >> 32);
    sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return std::bit_cast<BigEndian<std::uint16_t>>(static_cast<std::uint16_t>(sum)).value();
  }
  /// Of native 16-bit words as they lie in memory: the sum commutes with byte order.
  std::uint64_t sum_ = 0;
};

inline InternetSum& InternetSum::add(ByteView bytes) {
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 4; at += 4, left -= 4) {
    std::uint32_t word;
    std::memcpy(&word, at, sizeof word);
    sum_ += word;
  }
  Bytes<4> rest{};
  if (left != 0) std::memcpy(rest.data(), at, left);
  sum_ += std::bit_cast<std::uint32_t>(rest);
  return *this;
}

inline InternetSum& InternetSum::add_pseudo_header(const Bytes<16>& source,
                                                   const Bytes<16>& destination,
                                                   std::uint32_t length, std::uint8_t protocol) {
  add(source).add(destination);
  return add(static_cast<std::uint16_t>(length >> 16))
      .add(static_cast<std::uint16_t>(length))
      .add(protocol);
}

}  // namespace jvpn
