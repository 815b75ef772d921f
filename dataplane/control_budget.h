// SPDX-License-Identifier: Apache-2.0
// How many control messages a worker opens, or passes on unopened. Opening costs about a
// microsecond, forged or not, and anyone can write a tag: a flood aimed at one session, or coming
// from one network, must not keep another's jump waiting. So there is a rate per tag (its bucket
// lies in the session's record), per source prefix and in all, and a bound per turn.
#pragma once

#include <array>

#include "base/prefetch.h"
#include "session/core/address.h"
#include "session/core/rate_bucket.h"
#include "session/shared/mailbox.h"

namespace jvpn {

/// Control messages that one turn may open.
inline constexpr unsigned kControlOpensPerTurn = 32;
inline constexpr Rate kControlOpensPerTag{20ms, 16};
inline constexpr Rate kControlOpensPerPrefix{50us, 2048};
/// A large gateway's clients may all ask at once, and the mailbox has room for them: each that is
/// refused asks again, later and later.
inline constexpr Rate kControlOpensInAll{20us, Mailbox::kStormSessions};
/// Ticketed messages for sessions that do not live here go to control as they came.
inline constexpr Rate kTicketedPerPrefix{1ms, 256};
inline constexpr Rate kTicketedInAll{100us, 1024};

/// A rate for each of very many names, in two rows of buckets under a secret hash: a name is
/// refused only when its buckets in both rows are empty, so that a flood under one name refuses
/// another with a chance of some 10^-6.
class HashedRates {
 public:
  /// `hash`: of the name, keyed with a secret of this worker.
  bool take(std::uint64_t hash, const Rate& rate, Instant now) {
    const bool first = rows_[0][hash % kBuckets].take(rate, now);
    const bool second = rows_[1][(hash >> 32) % kBuckets].take(rate, now);
    return first || second;
  }
  /// Asks for the cache lines that take() will want.
  void fetch(std::uint64_t hash) const {
    prefetch(&rows_[0][hash % kBuckets]);
    prefetch(&rows_[1][(hash >> 32) % kBuckets]);
  }

 private:
  static constexpr std::size_t kBuckets = 1024;
  std::array<std::array<RateBucket, kBuckets>, 2> rows_{};
};

/// One worker's; nobody else looks at it.
class ControlBudget {
 public:
  /// `key`: a secret of this worker.
  explicit ControlBudget(const Bytes<16>& key) : key_(key) {}

  void begin_turn() { left_ = kControlOpensPerTurn; }
  /// Under which name a message from this source is counted. Its buckets are asked for: they are
  /// wanted soon.
  std::uint64_t name_of(const IpAddress& source) const;
  /// May a message be opened? If so it counts. `session`: the bucket of its tag.
  bool take_open(SmallRateBucket& session, std::uint64_t source_name, Instant now);
  /// May a ticketed message from this source go to control unopened? If so it counts.
  bool take_ticketed(const IpAddress& source, Instant now);

 private:
  Bytes<16> key_;
  unsigned left_ = 0;
  RateBucket opens_;
  RateBucket ticketed_;
  HashedRates prefixes_;
  HashedRates ticketed_prefixes_;
};

}  // namespace jvpn
