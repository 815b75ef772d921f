// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace jvpn {

/// What an idle worker does: spin, or sleep for some tens of microseconds.
enum class Power : std::uint8_t { poll, adaptive };
enum class Hugepages : std::uint8_t { automatic, require, off };

}  // namespace jvpn
