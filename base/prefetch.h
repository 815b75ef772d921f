// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace jvpn {

/// Asks for the cache line at `at`, which will be needed soon. Volatile assembler, because gcc
/// finds that a function of nothing but __builtin_prefetch has no effect, and leaves out the calls
/// of it.
inline void prefetch(const void* at) {
#if defined(__x86_64__)
  asm volatile("prefetcht0 %0" : : "m"(*static_cast<const char*>(at)));
#else
  __builtin_prefetch(at);
#endif
}

}  // namespace jvpn
