// SPDX-License-Identifier: Apache-2.0
// An engine before its first message and after its last, and keys made ready for it.
#include "crypto/aead_state.h"

namespace jvpn {

static_assert(alignof(AeadKey) >= alignof(gcm_key_data) && offsetof(AeadKey, schedule) == 0);

void wipe_key(AeadKey& key) {
  sodium_memzero(&key, sizeof key);
}

AeadEngine::State::State(MbManager started, ArchTier its_tier)
    : manager(std::move(started)), tier(its_tier) {}

AeadEngine::State::~State() {
  sodium_memzero(&gcm_context, sizeof gcm_context);
  sodium_memzero(&scratch, sizeof scratch);
}

Result<AeadEngine> AeadEngine::create(ArchTier tier) {
  Result<StartedMbManager> started = start_mb_manager(tier);
  if (!started) return tl::unexpected(started.error());
  return AeadEngine(std::make_unique<State>(std::move(started->manager), started->tier));
}

Result<AeadEngine> AeadEngine::create_for_core() {
  if (!MbLibrary::is_slow_when_shared()) return create();
  Result<MbLibrary::Shared> own = MbLibrary::copy();
  Result<StartedMbManager> started =
      start_mb_manager(ArchTier::automatic, own ? *own : MbLibrary::linked());
  if (!started) return tl::unexpected(started.error());
  auto state = std::make_unique<State>(std::move(started->manager), started->tier);
  if (!own) state->why_shared = own.error().what;
  return AeadEngine(std::move(state));
}

AeadEngine::AeadEngine(std::unique_ptr<State> state) : state_(std::move(state)) {}
AeadEngine::AeadEngine(AeadEngine&&) noexcept = default;
AeadEngine& AeadEngine::operator=(AeadEngine&&) noexcept = default;
AeadEngine::~AeadEngine() = default;

void AeadEngine::expand(Suite suite, const Key32& key, const Bytes<kAeadNonceSize>& iv,
                        AeadKey& out) {
  std::memset(&out, 0, sizeof out);
  out.suite = suite;
  out.iv = iv;
  if (suite == Suite::chacha20_poly1305) {
    std::memcpy(out.schedule.data(), key.view().data(), key.view().size());
  } else {
    IMB_AES256_GCM_PRE(state_->manager.get(), key.view().data(),
                       reinterpret_cast<gcm_key_data*>(out.schedule.data()));
  }
}

const std::string& AeadEngine::why_shared() const {
  return state_->why_shared;
}

ArchTier AeadEngine::tier() const {
  return state_->tier;
}

}  // namespace jvpn
