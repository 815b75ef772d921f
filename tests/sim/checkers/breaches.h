// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/world/virtual_time.h"

namespace jvpn::sim {

/// What went against a rule. A run is good when nothing was noted; the first few are kept.
class Breaches {
 public:
  explicit Breaches(const World& world) : world_(world) {}

  void add(std::string_view rule, std::string_view what) {
    ++count_;
    if (lines_.size() >= kKept) return;
    lines_.push_back(std::string(rule) + " at " + std::to_string(to_ms(Duration(world_.now().ns))) +
                     " ms: " + std::string(what));
  }
  bool empty() const { return count_ == 0; }
  std::size_t count() const { return count_; }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  static constexpr std::size_t kKept = 10;
  const World& world_;
  std::size_t count_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace jvpn::sim
