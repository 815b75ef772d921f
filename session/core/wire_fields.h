// SPDX-License-Identifier: Apache-2.0
// How each kind of field travels, written and read side by side. Both are callable with any number
// of fields, so that one list of fields serves as the layout for both directions.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>

#include "base/cursor.h"
#include "base/strong.h"
#include "session/core/address.h"
#include "session/core/client_policy.h"
#include "session/core/ids.h"
#include "session/core/reason.h"
#include "session/core/tag.h"

namespace jvpn {

class FieldWriter {
 public:
  explicit FieldWriter(ByteSpan into) : out_(into) {}

  template <class... Fields>
  void operator()(const Fields&... fields) {
    (put(fields), ...);
  }
  ByteWriter& cursor() { return out_; }

 private:
  void put(std::unsigned_integral auto value) { out_.number(value); }
  void put(bool value) { out_.number(std::uint8_t{value}); }
  /// Milliseconds; what does not fit is cut off.
  void put(Duration value) {
    out_.number(static_cast<std::uint32_t>(std::clamp<std::int64_t>(to_ms(value), 0, UINT32_MAX)));
  }
  /// Parts per million.
  void put(double value) {
    out_.number(
        static_cast<std::uint32_t>(std::lround(std::clamp(value, 0.0, UINT32_MAX / 1e6) * 1e6)));
  }
  void put(OnRecoveryTimeout value) { out_.number(static_cast<std::uint8_t>(value)); }
  void put(PolicyVersion value) { (*this)(value.major, value.minor); }
  template <std::size_t N>
  void put(const Bytes<N>& value) {
    out_.bytes(value);
  }
  template <class Name, class Number>
  void put(const Strong<Name, Number>& value) {
    out_.number(value.value);
  }
  void put(const Tag& value) { out_.bytes(value.to_wire()); }
  void put(const SessionId& value) { out_.bytes(value.bytes); }
  void put(const StateVersion& value) { out_.number(value.packed()); }
  void put(const IpAddress& value) { out_.bytes(value.bytes); }
  void put(const Endpoint& value) { (*this)(value.address, value.port); }
  void put(const Owner& value) { (*this)(value.node, value.incarnation); }
  template <class T, std::size_t N>
  void put(const std::array<T, N>& values) {
    for (const T& value : values) put(value);
  }
  void put(Reason value) { out_.number(static_cast<std::uint16_t>(value)); }

  ByteWriter out_;
};

class FieldReader {
 public:
  explicit FieldReader(ByteView from) : in_(from) {}

  template <class... Fields>
  void operator()(Fields&... fields) {
    (take(fields), ...);
  }
  ByteReader& cursor() { return in_; }

 private:
  template <std::unsigned_integral Number>
  void take(Number& value) {
    value = in_.number<Number>();
  }
  void take(bool& value) {
    const auto wire = in_.number<std::uint8_t>();
    if (wire > 1) in_.refuse();
    value = wire == 1;
  }
  void take(Duration& value) { value = std::chrono::milliseconds(in_.number<std::uint32_t>()); }
  void take(double& value) { value = in_.number<std::uint32_t>() / 1e6; }
  void take(OnRecoveryTimeout& value) {
    value = static_cast<OnRecoveryTimeout>(in_.number<std::uint8_t>());
  }
  void take(PolicyVersion& value) { (*this)(value.major, value.minor); }
  template <std::size_t N>
  void take(Bytes<N>& value) {
    value = in_.bytes<N>();
  }
  template <class Name, class Number>
  void take(Strong<Name, Number>& value) {
    value.value = in_.number<Number>();
  }
  void take(Tag& value) { value = Tag::from_wire(in_.bytes<7>()); }
  void take(SessionId& value) { value.bytes = in_.bytes<16>(); }
  void take(StateVersion& value) { value = StateVersion::unpack(in_.number<std::uint64_t>()); }
  void take(IpAddress& value) { value.bytes = in_.bytes<16>(); }
  void take(Endpoint& value) { (*this)(value.address, value.port); }
  void take(Owner& value) { (*this)(value.node, value.incarnation); }
  template <class T, std::size_t N>
  void take(std::array<T, N>& values) {
    for (T& value : values) take(value);
  }
  /// A newer peer may know more reasons than we do: any number is one.
  void take(Reason& value) { value = static_cast<Reason>(in_.number<std::uint16_t>()); }

  ByteReader in_;
};

}  // namespace jvpn
