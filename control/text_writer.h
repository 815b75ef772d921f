// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <concepts>
#include <cstring>
#include <string>
#include <string_view>

#include "base/hex.h"

namespace jvpn {

/// Appends many small pieces to a string: room is made for hundreds of them at once, so that a
/// piece costs what copying it does. The string has its length when the writer is gone.
class TextWriter {
 public:
  explicit TextWriter(std::string& out) : out_(out), begin_(out.size()), at_(out.size()) {}
  ~TextWriter() { out_.resize(at_); }
  TextWriter(const TextWriter&) = delete;
  TextWriter& operator=(const TextWriter&) = delete;

  TextWriter& operator<<(std::string_view piece) {
    std::memcpy(room(piece.size()), piece.data(), piece.size());
    at_ += piece.size();
    return *this;
  }
  /// A literal, whose length the compiler knows: no call is made to copy it.
  template <std::size_t N>
  TextWriter& operator<<(const char (&literal)[N]) {
    return *this << std::string_view(literal, N - 1);
  }
  TextWriter& operator<<(char piece) {
    *room(1) = piece;
    ++at_;
    return *this;
  }
  template <std::integral Number>
  TextWriter& operator<<(Number number) {
    char* const to = room(kMostDigits);
    at_ += static_cast<std::size_t>(std::to_chars(to, to + kMostDigits, number).ptr - to);
    return *this;
  }
  /// Two lower-case digits for each byte.
  TextWriter& hex(ByteView bytes) {
    char* const to = room(2 * bytes.size());
    at_ += static_cast<std::size_t>(write_hex(bytes, to) - to);
    return *this;
  }

  bool is_empty() const { return at_ == begin_; }
  void take_back(std::size_t characters) { at_ -= characters; }
  /// What was written, until the next piece.
  std::string_view written() const { return std::string_view(out_).substr(begin_, at_ - begin_); }

 private:
  static constexpr std::size_t kMostDigits = 20;
  static constexpr std::size_t kRoom = 1024;

  char* room(std::size_t size) {
    if (out_.size() - at_ < size) [[unlikely]]
      make_room(size);
    return out_.data() + at_;
  }
  [[gnu::noinline]] void make_room(std::size_t size) { out_.resize(at_ + size + kRoom); }

  std::string& out_;
  const std::size_t begin_;
  std::size_t at_;  ///< end of what was written; the rest of the string is room
};

}  // namespace jvpn
