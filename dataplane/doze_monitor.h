// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace jvpn {

/// Whether this CPU can wait for one of several addresses to change (WAITPKG and RTM).
bool cpu_monitors_queues();
/// Whether the device says which address changes when a frame comes.
bool can_be_monitored(std::uint16_t device, std::uint16_t queue);

}  // namespace jvpn
