// SPDX-License-Identifier: Apache-2.0
// The one place that starts ipsec-mb: a manager of the wanted implementation tier, or why not.
#pragma once

#include <memory>

#include "base/result.h"
#include "crypto/aead.h"
#include "crypto/ipsec_mb.h"

namespace jvpn {

struct FreeMbManager {
  void operator()(IMB_MGR* manager) const { free_mb_mgr(manager); }
};
using MbManager = std::unique_ptr<IMB_MGR, FreeMbManager>;

struct StartedMbManager {
  MbManager manager;
  ArchTier tier;  ///< never `automatic`
};

/// Errors: the CPU or this version of ipsec-mb lacks the tier, or ipsec-mb's own self-test failed.
Result<StartedMbManager> start_mb_manager(ArchTier tier);

/// "avx2" and so on, for messages.
const char* tier_name(ArchTier tier);

}  // namespace jvpn
