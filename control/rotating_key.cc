// SPDX-License-Identifier: Apache-2.0
#include "control/rotating_key.h"

namespace jvpn {

RotatingKey::RotatingKey(RandomSource& random, Duration life)
    : random_(random), life_(life), current_(fresh()), previous_(fresh()) {}

void RotatingKey::rotate(Instant now) {
  if (!rotated_at_) rotated_at_ = now;
  const Duration age = now - *rotated_at_;
  if (age < life_) return;
  previous_ = age < 2 * life_ ? std::move(current_) : fresh();
  current_ = fresh();
  rotated_at_ = now;
}

Key32 RotatingKey::fresh() {
  Bytes<32> drawn = random_.draw<32>();
  return Key32::take(drawn);
}

}  // namespace jvpn
