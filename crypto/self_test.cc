// SPDX-License-Identifier: Apache-2.0
#include "crypto/self_test.h"

#include <sodium.h>

#include <string>

#include "crypto/known_answers.h"
#include "crypto/mb_manager.h"

namespace jvpn {

Result<void> crypto_self_test(ArchTier tier) {
  if (sodium_init() < 0) return fail("libsodium could not start: no source of randomness");
  Result<AeadEngine> engine = AeadEngine::create(tier);
  if (!engine) return tl::unexpected(engine.error());
  const Result<void> held = run_known_answers(known_answers(), *engine);
  if (held) return {};
  return fail(held.error().what + " (ipsec-mb tier " + tier_name(engine->tier()) +
              "); the libraries or this CPU are not to be trusted, nothing was started");
}

}  // namespace jvpn
