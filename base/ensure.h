// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>

namespace jvpn {

/// Stops the process when one of our own invariants is broken. Never for what a peer, the network
/// or an operator can cause: those get a Verdict or a Result. Stays on in release builds.
/// (Builtins, because clang 14 has no std::source_location over libstdc++.)
inline void ensure(bool holds, const char* why, const char* file = __builtin_FILE(),
                   int line = __builtin_LINE(), const char* function = __builtin_FUNCTION()) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "%s:%d: broken invariant in %s: %s\n", file, line, function, why);
  std::abort();
}

}  // namespace jvpn
