// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "crypto/aead.h"

namespace jvpn {

/// Known answers for every primitive on the implementation this process will run with, plus one
/// forgery each that must be refused. Programs call it first and do not start when it fails.
/// Also initialises libsodium.
Result<void> crypto_self_test(ArchTier tier = ArchTier::automatic);

}  // namespace jvpn
