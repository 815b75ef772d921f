// SPDX-License-Identifier: Apache-2.0
// Bounds-checked reading and writing of messages. Both cursors are sticky: after the first step out
// of bounds every further step does nothing and ok() stays false, so that a parser is a straight
// list of fields with one check at its end.
#pragma once

#include <algorithm>

#include "base/bytes.h"

namespace jvpn {

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  template <std::unsigned_integral T>
  T number() {
    BigEndian<T> wire{};
    if (const std::uint8_t* at = take(sizeof(T))) std::memcpy(&wire, at, sizeof(T));
    return wire.value();
  }

  template <std::size_t N>
  Bytes<N> bytes() {
    Bytes<N> out{};
    if (const std::uint8_t* at = take(N)) std::memcpy(out.data(), at, N);
    return out;
  }

  /// A view of the next `count` bytes; empty when they are not there.
  ByteView view(std::size_t count) {
    const std::uint8_t* at = take(count);
    return at != nullptr ? ByteView(at, count) : ByteView();
  }

  /// What was read cannot be: from here on ok() is false.
  void refuse() { ok_ = false; }

  ByteView rest() const { return rest_; }
  bool ok() const { return ok_; }
  /// All fields were there and nothing is left over.
  bool finished() const { return ok_ && rest_.empty(); }
  /// What is left are zero bytes only: padding.
  bool only_padding_left() const {
    return ok_ && std::all_of(rest_.begin(), rest_.end(), [](std::uint8_t b) { return b == 0; });
  }

 private:
  const std::uint8_t* take(std::size_t count) {
    if (!ok_ || rest_.size() < count) {
      ok_ = false;
      return nullptr;
    }
    const std::uint8_t* at = rest_.data();
    rest_ = rest_.subspan(count);
    return at;
  }

  ByteView rest_;
  bool ok_ = true;
};

class ByteWriter {
 public:
  explicit ByteWriter(ByteSpan into) : into_(into) {}

  template <std::unsigned_integral T>
  ByteWriter& number(T value) {
    const BigEndian<T> wire(value);
    return raw(&wire, sizeof(T));
  }

  ByteWriter& bytes(ByteView value) { return raw(value.data(), value.size()); }

  /// Zero bytes up to `size` in all; nothing when already there or beyond.
  ByteWriter& pad_to(std::size_t size) {
    if (size > into_.size()) {
      ok_ = false;
      return *this;
    }
    while (ok_ && used_ < size) into_[used_++] = 0;
    return *this;
  }

  std::size_t size() const { return used_; }
  bool ok() const { return ok_; }
  /// What was written so far.
  ByteSpan written() const { return into_.first(used_); }

 private:
  ByteWriter& raw(const void* from, std::size_t count) {
    if (!ok_ || into_.size() - used_ < count) {
      ok_ = false;
      return *this;
    }
    if (count != 0) std::memcpy(into_.data() + used_, from, count);
    used_ += count;
    return *this;
  }

  ByteSpan into_;
  std::size_t used_ = 0;
  bool ok_ = true;
};

}  // namespace jvpn
