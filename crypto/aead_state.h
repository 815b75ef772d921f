// SPDX-License-Identifier: Apache-2.0
// What an AeadEngine holds; private to aead*.cc.
#pragma once

#include "crypto/aead.h"
#include "crypto/mb_manager.h"

namespace jvpn {

/// Jobs between two flushes; less than ipsec-mb's queue (256), so that submitting never blocks.
inline constexpr std::size_t kJobsInFlight = 64;
static_assert(kJobsInFlight < IMB_MAX_JOBS);

enum class AeadDirection : bool { seal, open };

/// Constant time: both words are always compared as a whole.
inline bool tags_equal(const std::uint8_t* a, const std::uint8_t* b) {
  std::uint64_t wa[2], wb[2];
  std::memcpy(wa, a, kAeadTagSize);
  std::memcpy(wb, b, kAeadTagSize);
  return ((wa[0] ^ wb[0]) | (wa[1] ^ wb[1])) == 0;
}

/// What has to stay in place while a message is being worked on.
struct AeadScratch {
  Bytes<kAeadNonceSize> nonce;
  Bytes<kAeadTagSize> tag;  ///< open: the tag that should have come
};

struct AeadEngine::State {
  MbManager manager;
  ArchTier tier;
  std::string why_shared;  ///< asked for by create_for_core(); empty: it is not
  std::size_t jobs_in_flight = 0;
  gcm_context_data gcm_context{};
  std::array<AeadScratch, kJobsInFlight> scratch{};

  State(MbManager started, ArchTier its_tier);
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();  ///< wipes what the last messages left

  template <AeadDirection kDirection>
  void run(std::span<AeadOp> ops);
  template <AeadDirection kDirection>
  void run_gcm(AeadOp& op, const Bytes<kAeadNonceSize>& nonce);
  void submit_chacha(AeadOp& op, AeadDirection direction);
  void flush_chacha();
};

}  // namespace jvpn
