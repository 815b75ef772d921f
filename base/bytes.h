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

/// An unsigned number in network byte order, alignment 1: the only thing wire structs are made of
/// besides byte arrays, so that no wider-type pointer is ever cast into a packet.
template <std::unsigned_integral T>
class BigEndian {
 public:
  constexpr BigEndian() = default;
  constexpr BigEndian(T host) { *this = host; }  // NOLINT: conversion is the purpose

  constexpr BigEndian& operator=(T host) {
    for (std::size_t i = sizeof(T); i-- > 0;) {
      bytes_[i] = static_cast<std::uint8_t>(host);
      if constexpr (sizeof(T) > 1) host = static_cast<T>(host >> 8);
    }
    return *this;
  }

  constexpr T value() const {
    T host = 0;
    for (std::uint8_t byte : bytes_) {
      if constexpr (sizeof(T) > 1) host = static_cast<T>(host << 8);
      host = static_cast<T>(host | byte);
    }
    return host;
  }
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

template <class T>
requires(std::is_trivially_copyable_v<T> && alignof(T) == 1) void store(std::uint8_t* to,
                                                                        const T& value) {
  std::memcpy(to, &value, sizeof(T));
}

}  // namespace jvpn
