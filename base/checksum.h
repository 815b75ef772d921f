// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace jvpn {

/// The Internet checksum (RFC 1071). Pieces are added in any order; each but the last added has an
/// even size.
class InternetSum {
 public:
  InternetSum& add(ByteView bytes);
  /// `kSize` bytes, a multiple of four: headers, without a loop.
  template <std::size_t kSize>
  InternetSum& add(std::span<const std::uint8_t, kSize> bytes);
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
  /// Two 64-bit sums at once: payloads of a tunnel's TCP are summed up at each end of it.
  using Lanes = std::uint64_t __attribute__((vector_size(16)));
  std::size_t add_wide(ByteView bytes);

  /// Of native 16-bit words as they lie in memory: the sum commutes with byte order.
  std::uint64_t sum_ = 0;
};

/// Adds all but the last less than 32 bytes, and returns how many these were.
inline std::size_t InternetSum::add_wide(ByteView bytes) {
  Lanes low{};
  Lanes high{};
  const std::size_t end = bytes.size() & ~std::size_t{31};
  for (std::size_t at = 0; at < end; at += 32) {
    std::array<Lanes, 2> both;
    std::memcpy(both.data(), bytes.data() + at, sizeof both);
    low += (both[0] & 0xffffffff) + (both[1] & 0xffffffff);
    high += (both[0] >> 32) + (both[1] >> 32);
  }
  sum_ += low[0] + low[1] + high[0] + high[1];
  return end;
}

inline InternetSum& InternetSum::add(ByteView bytes) {
  const std::size_t done = bytes.size() < 64 ? 0 : add_wide(bytes);
  const std::uint8_t* at = bytes.data() + done;
  std::size_t left = bytes.size() - done;
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

template <std::size_t kSize>
InternetSum& InternetSum::add(std::span<const std::uint8_t, kSize> bytes) {
  static_assert(kSize % 4 == 0 && kSize <= 64, "a header");
#pragma GCC unroll 16
  for (std::size_t at = 0; at < kSize; at += 4) {
    std::uint32_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    sum_ += word;
  }
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
