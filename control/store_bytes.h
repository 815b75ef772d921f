// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace jvpn {

/// A key or value of the ownership store: bytes that never change. A copy shares them, so that a
/// session, a transaction on its way, its repetition and a store in memory hold one text together;
/// it is a pointer, since a store in memory has four for each session. Any thread, as a
/// std::shared_ptr.
class StoreBytes {
 public:
  StoreBytes() = default;
  StoreBytes(std::string_view bytes);  // NOLINT: as a string
  StoreBytes(const std::string& bytes) : StoreBytes(std::string_view(bytes)) {}  // NOLINT
  StoreBytes(const char* text) : StoreBytes(std::string_view(text)) {}           // NOLINT
  StoreBytes(const StoreBytes& other) : shared_(other.held()) {}
  StoreBytes(StoreBytes&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}
  StoreBytes& operator=(StoreBytes other) noexcept {
    std::swap(shared_, other.shared_);
    return *this;
  }
  ~StoreBytes() { let_go(); }

  std::string_view view() const;
  operator std::string_view() const { return view(); }  // NOLINT: as a string
  const char* data() const { return view().data(); }
  std::size_t size() const { return view().size(); }
  bool empty() const { return shared_ == nullptr; }
  bool starts_with(std::string_view prefix) const { return view().starts_with(prefix); }
  void clear() { *this = {}; }

  friend bool operator==(const StoreBytes& a, const StoreBytes& b) {
    return a.shared_ == b.shared_ || a.view() == b.view();
  }
  friend auto operator<=>(const StoreBytes& a, const StoreBytes& b) {
    return a.view() <=> b.view();
  }

 private:
  struct Shared;
  Shared* held() const;
  void let_go();

  Shared* shared_ = nullptr;  ///< null: no bytes
};

}  // namespace jvpn

template <>
struct std::hash<jvpn::StoreBytes> {
  std::size_t operator()(const jvpn::StoreBytes& bytes) const {
    return std::hash<std::string_view>()(bytes.view());
  }
};
