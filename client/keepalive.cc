// SPDX-License-Identifier: Apache-2.0
#include "client/keepalive.h"

#include <algorithm>

namespace jvpn::client {
namespace {

/// Shorter silences, as between packets of a busy session, prove nothing about this interval.
bool is_proof(Duration silence, Duration interval) {
  return silence >= interval - interval / 8;
}

}  // namespace

void Keepalive::on_survived(Duration silence, Duration wanted) {
  if (!is_proof(silence, interval(wanted))) return;
  survived_ = std::max(survived_, std::min(silence, interval_));
  if (++proofs_ < kProofs) return;
  proofs_ = 0;
  const Duration longer = std::min(interval_ + interval_ / 2, wanted);
  if (longer > interval_ && longer < lost_) interval_ = longer;
}

void Keepalive::on_lost(Duration silence) {
  if (silence < kLeast) return;  // a NAT that was restarted, not one that forgot
  proofs_ = 0;
  lost_ = std::min(lost_, silence);
  survived_ = std::min(survived_, lost_ / 2);
  interval_ = std::max(kLeast, std::min(survived_, interval_ / 2));
}

}  // namespace jvpn::client
