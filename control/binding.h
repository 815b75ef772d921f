// SPDX-License-Identifier: Apache-2.0
// Where a session's data comes from and goes to.
#pragma once

#include <optional>

#include "base/time.h"
#include "session/core/address.h"
#include "session/core/ids.h"

namespace jvpn {

/// The one source that data comes from and goes to.
struct Binding {
  Endpoint source;
  std::uint8_t underlay = 0;
  std::optional<PathId> path;  ///< unknown for a birth: CONFIRM names no path
  Instant since{0};
};

/// The binding, used like a std::optional; what was bound last is still known when it is lost.
class CurrentBinding {
 public:
  CurrentBinding& operator=(const Binding& binding) {
    last_ = binding;
    is_bound_ = true;
    return *this;
  }
  void reset() { is_bound_ = false; }
  /// Of a session that was bound elsewhere.
  void set_lost(const Binding& binding) {
    last_ = binding;
    is_bound_ = false;
  }

  bool has_value() const { return is_bound_; }
  explicit operator bool() const { return is_bound_; }
  const Binding& operator*() const { return last_; }
  const Binding* operator->() const { return &last_; }
  /// The current one, or the one that was lost.
  const Binding& last() const { return last_; }

 private:
  Binding last_;
  bool is_bound_ = false;
};

/// Where uplink may still come from that left before the jump.
struct Draining {
  Endpoint source;
  Instant until{0};
};

}  // namespace jvpn
