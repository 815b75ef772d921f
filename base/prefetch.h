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

/// The same for a line that will be written: where another core has read it, its copy goes at once
/// and not only with the first store. CPUs that do not know the instruction do nothing.
inline void prefetch_to_write(void* at) {
#if defined(__x86_64__)
  asm volatile("prefetchw %0" : : "m"(*static_cast<char*>(at)));
#else
  __builtin_prefetch(at, 1);
#endif
}

}  // namespace jvpn
