// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace jvpn {

/// A key or value of the ownership store: bytes that never change. A copy shares them, so that a
/// session, a transaction on its way, its repetition and a store in memory hold one text together.
/// Any thread, as a std::shared_ptr.
class StoreBytes {
 public:
  StoreBytes() = default;
  StoreBytes(std::string_view bytes);  // NOLINT: as a string
  StoreBytes(const std::string& bytes) : StoreBytes(std::string_view(bytes)) {}  // NOLINT
  StoreBytes(const char* text) : StoreBytes(std::string_view(text)) {}           // NOLINT

  std::string_view view() const { return {bytes_.get(), size_}; }
  operator std::string_view() const { return view(); }  // NOLINT: as a string
  const char* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool starts_with(std::string_view prefix) const { return view().starts_with(prefix); }
  auto begin() const { return view().begin(); }
  auto end() const { return view().end(); }
  void clear() { *this = {}; }

  friend bool operator==(const StoreBytes& a, const StoreBytes& b) {
    return a.bytes_ == b.bytes_ ? a.size_ == b.size_ : a.view() == b.view();
  }
  friend auto operator<=>(const StoreBytes& a, const StoreBytes& b) {
    return a.view() <=> b.view();
  }

 private:
  std::shared_ptr<const char[]> bytes_;
  std::uint32_t size_ = 0;
};

}  // namespace jvpn

template <>
struct std::hash<jvpn::StoreBytes> {
  std::size_t operator()(const jvpn::StoreBytes& bytes) const {
    return std::hash<std::string_view>()(bytes.view());
  }
};
