// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/ipsec_mb.h"

namespace jvpn {

/// For ipsec-mb's direct calls, which keep nothing in their manager: one serves every thread.
/// Started before main(). Null where ipsec-mb does not start: crypto_self_test() says why, and
/// nothing is sealed after that.
extern IMB_MGR* const mb_direct;

}  // namespace jvpn
