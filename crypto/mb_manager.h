// SPDX-License-Identifier: Apache-2.0
// The one place that starts ipsec-mb: a manager of the wanted implementation tier, or why not.
#pragma once

#include <memory>

#include "base/result.h"
#include "crypto/aead.h"
#include "crypto/mb_library.h"

namespace jvpn {

struct FreeMbManager {
  MbLibrary::Shared library;  ///< that made it
  void operator()(IMB_MGR* manager) const {
    library->function<decltype(free_mb_mgr)>("free_mb_mgr")(manager);
  }
};
using MbManager = std::unique_ptr<IMB_MGR, FreeMbManager>;

struct StartedMbManager {
  MbManager manager;
  ArchTier tier;  ///< never `automatic`
};

/// Errors: the CPU or this version of ipsec-mb lacks the tier, or ipsec-mb's own self-test failed.
Result<StartedMbManager> start_mb_manager(ArchTier tier,
                                          MbLibrary::Shared library = MbLibrary::linked());

/// "avx2" and so on, for messages.
const char* tier_name(ArchTier tier);

}  // namespace jvpn
