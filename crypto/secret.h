// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sodium.h>

#include <ostream>

#include "base/bytes.h"

namespace jvpn {

/// N bytes that must not leak: move-only, wiped when moved from and when destroyed, never
/// printable, compared in constant time. Copies are made in words (`clone`), so that each one can
/// be found.
template <std::size_t N>
class Secret {
 public:
  Secret() = default;
  /// Takes the bytes over and wipes where they came from.
  static Secret take(Bytes<N>& from) {
    Secret out;
    out.bytes_ = from;
    sodium_memzero(from.data(), N);
    return out;
  }
  static Secret copy_of(std::span<const std::uint8_t, N> from) {
    Secret out;
    std::memcpy(out.bytes_.data(), from.data(), N);
    return out;
  }

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.wipe();
    }
    return *this;
  }
  ~Secret() { wipe(); }

  Secret clone() const { return copy_of(view()); }
  std::span<const std::uint8_t, N> view() const { return bytes_; }
  std::span<std::uint8_t, N> writable() { return bytes_; }
  bool equals(const Secret& other) const {
    return sodium_memcmp(bytes_.data(), other.bytes_.data(), N) == 0;
  }
  bool is_zero() const { return sodium_is_zero(bytes_.data(), N) == 1; }
  void wipe() { sodium_memzero(bytes_.data(), N); }

  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  Bytes<N> bytes_{};
};

using Key32 = Secret<32>;

}  // namespace jvpn
