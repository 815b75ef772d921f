// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "session/core/policy.h"

namespace jvpn {

/// What to change if so many sessions would ask for more rekeys a second than the policy grants:
/// those whose keys are not renewed for three times `rekey_after` end. Nothing: it is enough.
std::optional<std::string> rekey_shortfall(const Policy& policy, std::size_t sessions);

}  // namespace jvpn
