// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace jvpn {

/// A std::optional whose value lies on the heap: for what few of very many objects have, so that
/// the others pay for a pointer. Used like an optional; cannot be copied. The value goes when it is
/// reset: no reference to it may be held across that.
template <class T>
class Boxed {
 public:
  Boxed() = default;
  Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT: as an optional

  Boxed& operator=(T value) {
    emplace(std::move(value));
    return *this;
  }
  /// A present value is written over where it lies.
  template <class... Arguments>
  T& emplace(Arguments&&... arguments) {
    if (value_) {
      *value_ = T{std::forward<Arguments>(arguments)...};
    } else {
      value_ = std::make_unique<T>(T{std::forward<Arguments>(arguments)...});
    }
    return *value_;
  }
  /// The value; a default one if there was none.
  T& ensured() { return value_ ? *value_ : emplace(); }
  void reset() { value_.reset(); }

  bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace jvpn
