// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace jvpn {

/// Stops the process when one of our own invariants is broken. Never for what a peer, the network or
/// an operator can cause: those get a Verdict or a Result. Stays on in release builds.
inline void ensure(bool holds, const char* why,
                   std::source_location at = std::source_location::current()) {
  if (holds) [[likely]] return;
  std::fprintf(stderr, "%s:%u: broken invariant in %s: %s\n", at.file_name(), at.line(),
               at.function_name(), why);
  std::abort();
}

}  // namespace jvpn
