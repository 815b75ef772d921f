// SPDX-License-Identifier: Apache-2.0
// One audit event, before it is written: base fields plus what its type adds. Control and client
// fill it; a sink numbers, chains, stamps and writes it (one JSON object per line).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "session/core/address.h"
#include "session/core/ids.h"
#include "session/core/reason.h"
#include "session/core/state.h"

namespace jvpn {

/// A transport is kept as it is, and becomes text where it is written: nearly every event has one.
using AuditValue = std::variant<std::int64_t, double, bool, std::string, Endpoint>;

/// Address and port, the way transports are named in every event; "none" for no transport.
std::string transport_name(const Endpoint& endpoint);
/// As people read it.
std::string text_of(const AuditValue& value);

struct AuditEvent {
  std::string_view type;  ///< "SessionStateChange", ...: a literal with static lifetime
  Reason reason = Reason::none;
  SessionId session;
  StateVersion version;
  Instant at;
  std::vector<std::pair<std::string_view, AuditValue>> fields;  ///< names are literals
  std::string policy_version = {};  ///< under which it was decided; empty: that of the sink's start
};

}  // namespace jvpn
