// SPDX-License-Identifier: Apache-2.0
// How long a key has been in use, counted only while data flows, and what policy and cipher make of
// its use. The gateway renews keys in time; the client asks only where it failed to.
#pragma once

#include <optional>

#include "client/key_slot.h"
#include "session/core/client_policy.h"

namespace jvpn::client {

enum class KeyNeed : std::uint8_t {
  none,
  renewal,  ///< the gateway should have renewed it by now
  end,      ///< it must not be used any more
};

class KeyAge {
 public:
  /// Clients that began in one moment do not ask in one: a tenth more or less, by the session's id.
  explicit KeyAge(const SessionId& session);

  /// `packets`: data packets of both directions so far. Call at least once per heartbeat.
  void note(std::uint64_t packets, Instant now);
  /// Another key is current.
  void restart() { flowed_ = {}; }
  KeyNeed need_of(const KeySlot& key, const KeyBudget& budget, const ClientPolicy& policy) const;

 private:
  double spread_;  ///< 0.9 .. 1.1
  Duration flowed_{};
  std::uint64_t packets_ = 0;
  std::optional<Instant> noted_at_;
};

}  // namespace jvpn::client
