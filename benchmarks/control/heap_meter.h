// SPDX-License-Identifier: Apache-2.0
// What the gateway's half of a benchmark takes from the heap: operator new and delete of the whole
// program, counted while a HeapMeter::Scope lives. A block counts as what the allocator uses for
// it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace jvpn::bench {

struct HeapMeter {
  std::int64_t bytes = 0;    ///< taken less given back
  std::uint64_t blocks = 0;  ///< taken

  /// While it lives this meter counts; with null nothing does. One thread.
  class Scope {
   public:
    explicit Scope(HeapMeter* meter);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    HeapMeter* const before_;
  };
};

}  // namespace jvpn::bench
