// SPDX-License-Identifier: Apache-2.0
// A key of this node that never leaves its memory: what is made with it can be checked for at least
// `life`, and no longer than twice that.
#pragma once

#include <array>
#include <optional>

#include "base/time.h"
#include "crypto/random.h"
#include "crypto/secret.h"

namespace jvpn {

class RotatingKey {
 public:
  RotatingKey(RandomSource& random, Duration life);

  void set_life(Duration life) { life_ = life; }
  /// Draws a new key when its time has come; the one before the last is wiped. Also to be called
  /// when nothing is made or checked, so that an idle node forgets as well.
  void rotate(Instant now);
  /// After rotate(): the key to make with, then the one that can still be checked with.
  std::array<const Key32*, 2> keys() const { return {&current_, &previous_}; }
  const Key32& current() const { return current_; }

 private:
  Key32 fresh();

  RandomSource& random_;
  Duration life_;
  Key32 current_;
  Key32 previous_;
  std::optional<Instant> rotated_at_;
};

}  // namespace jvpn
