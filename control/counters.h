// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "session/core/reason.h"

namespace jvpn {

/// Why datagrams were refused without a session event. Names are literals in the code, so that the
/// map is bounded by it.
class Counters {
 public:
  void count(std::string_view name) { ++values_[name]; }
  void count(Reason reason) { count(to_string(reason)); }

  std::vector<std::pair<std::string, std::uint64_t>> all() const {
    return {values_.begin(), values_.end()};
  }

 private:
  std::map<std::string_view, std::uint64_t> values_;
};

}  // namespace jvpn
