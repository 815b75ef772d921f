// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/rekey_shortfall.h"

#include <fmt/format.h>

namespace jvpn {

std::optional<std::string> rekey_shortfall(const Policy& policy, std::size_t sessions) {
  const auto granted = static_cast<std::size_t>(policy.limits.rekeys_per_s);
  const auto interval_ms = static_cast<std::size_t>(to_ms(policy.security.rekey_after));
  const std::size_t wanted = sessions * 1000 / interval_ms;
  if (wanted <= granted) return std::nullopt;
  const std::size_t long_enough_ms = 2 * sessions * 1000 / granted;
  return fmt::format(
      "policy.security.rekey_after_ms = {}: {} sessions would ask for {} rekeys a second and "
      "policy.limits.rekeys_per_s grants {}; a session whose keys wait for too long ends. Set "
      "rekey_after_ms to {} or more, or grant more",
      interval_ms, sessions, wanted, granted, long_enough_ms);
}

}  // namespace jvpn
