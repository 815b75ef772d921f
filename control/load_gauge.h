// SPDX-License-Identifier: Apache-2.0
// Whether this node is under load. What is measured is how late the control thread is, never how
// many peers there are: a gateway with a million idle sessions is not loaded.
#pragma once

#include <optional>

#include "control/limits.h"

namespace jvpn {

class LoadGauge {
 public:
  void note(Duration lag, Instant now) {
    if (lag >= kCalmLag) calm_since_.reset();
    if (lag > kLoadedLag) loaded_ = true;
    if (!loaded_ || lag >= kCalmLag) return;
    if (!calm_since_) calm_since_ = now;
    if (now - *calm_since_ >= kCalmTime) loaded_ = false;
  }
  bool is_loaded() const { return loaded_; }

 private:
  bool loaded_ = false;
  std::optional<Instant> calm_since_;
};

}  // namespace jvpn
