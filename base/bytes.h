// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace jvpn {

using ByteView = std::span<const std::uint8_t>;
using ByteSpan = std::span<std::uint8_t>;
template <std::size_t N>
using Bytes = std::array<std::uint8_t, N>;

/// From the machine's byte order to the network's, and back. One instruction: a loop over bytes is
/// not recognised by every compiler, and then stalls whoever reads the number as a whole.
template <std::unsigned_integral T>
constexpr T network_order(T value) {
  static_assert(std::endian::native == std::endian::little);
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
  return value;
}

/// An unsigned number in network byte order, alignment 1: the only thing wire structs are made of
/// besides byte arrays, so that no wider-type pointer is ever cast into a packet.
template <std::unsigned_integral T>
class BigEndian {
 public:
  constexpr BigEndian() = default;
  constexpr BigEndian(T host) { *this = host; }  // NOLINT: conversion is the purpose

  constexpr BigEndian& operator=(T host) {
    bytes_ = std::bit_cast<Bytes<sizeof(T)>>(network_order(host));
    return *this;
  }

  constexpr T value() const { return network_order(std::bit_cast<T>(bytes_)); }
  constexpr operator T() const { return value(); }  // NOLINT: conversion is the purpose

 private:
  Bytes<sizeof(T)> bytes_{};
};

static_assert(alignof(BigEndian<std::uint64_t>) == 1 && sizeof(BigEndian<std::uint64_t>) == 8);

/// Reads a wire struct out of bytes by copying, so alignment and aliasing never matter.
template <class T>
requires(std::is_trivially_copyable_v<T> && alignof(T) == 1) T load(const std::uint8_t* from) {
  T out;
  std::memcpy(&out, from, sizeof(T));
  return out;
}

/// One field of a wire struct that begins at `from`: the rest is not read.
template <class Wire, class Field>
requires(std::is_trivially_copyable_v<Wire> && alignof(Wire) == 1) Field
    load_field(const std::uint8_t* from, Field Wire::*field) {
  Field out;
  std::memcpy(&out, &(reinterpret_cast<const Wire*>(from)->*field), sizeof out);
  return out;
}

template <class T>
requires(std::is_trivially_copyable_v<T> && alignof(T) == 1) void store(std::uint8_t* to,
                                                                        const T& value) {
  std::memcpy(to, &value, sizeof(T));
}

}  // namespace jvpn
