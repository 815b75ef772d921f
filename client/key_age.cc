// SPDX-License-Identifier: Apache-2.0
#include "client/key_age.h"

#include <algorithm>

#include "crypto/kdf.h"

namespace jvpn::client {
namespace {

constexpr double kPatience = 1.25;  ///< times the policy's bound, at which the gateway asks
constexpr int kHardStop = 3;        ///< times the policy's time

}  // namespace

KeyAge::KeyAge(const SessionId& session) : spread_(0.9 + 0.2 * hash(session.bytes)[0] / 255.0) {}

void KeyAge::note(std::uint64_t packets, Instant now) {
  if (noted_at_ && packets != packets_) flowed_ += now - *noted_at_;
  packets_ = packets;
  noted_at_ = now;
}

KeyNeed KeyAge::need_of(const KeySlot& key, const KeyBudget& budget,
                        const ClientPolicy& policy) const {
  const std::uint64_t blocks = std::max(key.sealed_blocks, key.opened_blocks);
  const double late = kPatience * spread_;
  if (blocks >= budget.blocks || flowed_ >= policy.rekey_after * kHardStop) return KeyNeed::end;
  const bool is_due =
      static_cast<double>(flowed_.count()) >=
          late * static_cast<double>(policy.rekey_after.count()) ||
      static_cast<double>(blocks) >= kPatience * static_cast<double>(policy.rekey_after_blocks) ||
      key.failed_opens >= budget.failed_opens_rekey;
  return is_due ? KeyNeed::renewal : KeyNeed::none;
}

}  // namespace jvpn::client
