// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace jvpn {

/// What an idle worker does: spin, or sleep until something comes (doze.h).
enum class Power : std::uint8_t { poll, adaptive };
enum class Hugepages : std::uint8_t { automatic, require, off };
/// How frames get to the worker that owns their session: the best that a port can, or a tier that
/// it must have (steering.h).
enum class Steering : std::uint8_t { automatic, flow, rss };

}  // namespace jvpn
