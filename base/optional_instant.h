// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.h"

namespace jvpn {

/// A std::optional<Instant> of the size of an Instant: for what there may be a million of.
class OptionalInstant {
 public:
  constexpr OptionalInstant() = default;
  constexpr OptionalInstant(Instant at) : at_(at) {}  // NOLINT: as an optional

  constexpr bool has_value() const { return at_ != kNone; }
  constexpr explicit operator bool() const { return has_value(); }
  constexpr Instant operator*() const { return at_; }
  constexpr void reset() { at_ = kNone; }

 private:
  static constexpr Instant kNone{INT64_MIN};
  Instant at_ = kNone;
};

}  // namespace jvpn
