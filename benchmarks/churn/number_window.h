// SPDX-License-Identifier: Apache-2.0
// One direction of one session's numbered packets: which of them arrived, once, twice or never.
// Exact for the newest 64 on their way; what is older has its fate.
#pragma once

#include <cstdint>

namespace jvpn::churn {

/// Of all sessions together, one direction.
struct FlowCounts {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t unknown = 0;       ///< a number that was never sent
  std::uint64_t late = 0;          ///< of those counted as lost before
  std::uint64_t lost_at_jump = 0;  ///< on their way when the path died
  std::uint64_t lost_otherwise = 0;
};

class NumberWindow {
 public:
  /// The next packet's number.
  std::uint32_t send(FlowCounts& counts) {
    bury(counts, kOldest);
    missing_ = missing_ << 1 | 1;
    exposed_ <<= 1;
    ++counts.sent;
    return sent_++;
  }
  /// True: for the first time.
  bool arrive(std::uint32_t number, FlowCounts& counts) {
    if (number >= sent_) return ++counts.unknown, false;
    const std::uint32_t age = sent_ - 1 - number;
    if (age >= 64) return ++counts.late, false;
    const std::uint64_t bit = std::uint64_t{1} << age;
    if ((missing_ & bit) == 0) return ++counts.duplicated, false;
    missing_ &= ~bit;
    ++counts.received;
    return true;
  }
  /// The path dies: what is on its way may be lost with it.
  void expose() { exposed_ |= missing_; }
  /// Nothing is on its way any more.
  void settle(FlowCounts& counts) {
    for (std::uint64_t bit = 1; bit != 0; bit <<= 1) bury(counts, bit);
    missing_ = 0;
  }
  std::uint32_t sent() const { return sent_; }

 private:
  static constexpr std::uint64_t kOldest = std::uint64_t{1} << 63;
  void bury(FlowCounts& counts, std::uint64_t bit) const {
    if ((missing_ & bit) == 0) return;
    ++((exposed_ & bit) != 0 ? counts.lost_at_jump : counts.lost_otherwise);
  }

  std::uint64_t missing_ = 0;  ///< bit n: the (n+1)-th newest number has not arrived
  std::uint64_t exposed_ = 0;
  std::uint32_t sent_ = 0;
};

}  // namespace jvpn::churn
