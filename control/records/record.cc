// SPDX-License-Identifier: Apache-2.0
#include "control/records/record.h"

namespace jvpn {
namespace {

constexpr std::size_t kAttemptAt = 2;
constexpr std::size_t kHeadSize = kAttemptAt + sizeof(AttemptId);

}  // namespace

StoreValue with_attempt(const StoreValue& value, AttemptId attempt) {
  ensure(value.size() >= kHeadSize, "a record of ours has a head");
  const BigEndian<std::uint64_t> wire(attempt.value);
  std::string changed(value);
  std::memcpy(changed.data() + kAttemptAt, &wire, sizeof wire);
  return changed;
}

bool same_change(const StoreValue& a, const StoreValue& b) {
  if (a.size() != b.size() || a.size() < kHeadSize) return false;
  return with_attempt(a, {}) == with_attempt(b, {});
}

}  // namespace jvpn
