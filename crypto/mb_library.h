// SPDX-License-Identifier: Apache-2.0
// ipsec-mb itself: the library that the program is linked with, and further copies of it.
//
// Before release 1.4 each of its calls sets an error number that all threads of a process share:
// two cores that seal take that cache line from each other with every packet, and at 64 B are
// slower together than one alone (docs/decisions/0019-a-copy-of-the-cipher-for-each-worker.md). Two
// copies in memory have two error numbers.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "crypto/ipsec_mb.h"

namespace jvpn {

class MbLibrary {
 public:
  using Shared = std::shared_ptr<const MbLibrary>;

  /// The one that the program is linked with. Any thread.
  static Shared linked();
  /// One more, loaded from a copy in memory (13 MB), with data of its own. Not in programs with a
  /// sanitizer, whose runtime refuses to load it. Errors: this system does not let a program load
  /// code from memory (no /proc, a filter of system calls). Control thread.
  static Result<Shared> copy();
  /// Do threads that call this release slow each other down? With a sanitizer nobody asks.
  static bool is_slow_when_shared();

  MbLibrary(const MbLibrary&) = delete;
  MbLibrary& operator=(const MbLibrary&) = delete;
  ~MbLibrary();

  /// One of its functions: `decltype(alloc_mb_mgr)` by the name "alloc_mb_mgr".
  template <class Function>
  Function* function(const std::string& name) const {
    return reinterpret_cast<Function*>(symbol(name));
  }

 private:
  MbLibrary(void* handle, int file) : handle_(handle), file_(file) {}
  void* symbol(const std::string& name) const;

  void* handle_;
  int file_;  ///< open as long as it is loaded: the loader knows libraries by name; -1: linked
};

}  // namespace jvpn
