// SPDX-License-Identifier: Apache-2.0
// Why two ways into ipsec-mb: measured, its one-shot calls are the fastest for AES-GCM and its jobs
// for ChaCha20-Poly1305. Jobs may complete later and in another order, so each one carries its op.
#include "crypto/aead.h"

#include "base/ensure.h"
#include "crypto/aead_state.h"
#include "crypto/chacha_job.h"
#include "crypto/key_prefetch.h"

namespace jvpn {
namespace {

const gcm_key_data* gcm_schedule(const AeadKey& key) {
  return reinterpret_cast<const gcm_key_data*>(key.schedule.data());
}

using Nonce = Bytes<kAeadNonceSize>;

/// The nonces of a burst, made a little before their use. The cipher reads one as a whole; had its
/// parts only just been written, it would wait until they have reached the cache.
class NoncesAhead {
 public:
  static constexpr std::size_t kAhead = 2;

  explicit NoncesAhead(std::span<const AeadOp> ops) {
    for (std::size_t i = 0; i < std::min(kAhead, ops.size()); ++i) make(i, ops[i]);
  }
  /// Of op `i`, whose nonce was not made before.
  void make(std::size_t i, const AeadOp& op) {
    place(i).nonce = make_nonce(op.key->iv, op.counter);
  }
  const Nonce& of(std::size_t i) { return place(i).nonce; }

 private:
  static constexpr std::size_t kRing = 4;
  static_assert(kRing > kAhead);
  struct alignas(16) Place {  // found by a shift
    Nonce nonce;
  };
  Place& place(std::size_t i) { return ring_[i % kRing]; }

  std::array<Place, kRing> ring_;
};

void fill(IMB_JOB& job, AeadOp& op, AeadScratch& scratch, AeadDirection direction) {
  scratch.nonce = make_nonce(op.key->iv, op.counter);
  fill_job(job, {.direction = direction,
                 .key = op.key->schedule.data(),
                 .nonce = scratch.nonce.data(),
                 .aad = {op.aad, op.aad_size},
                 .from = op.data,
                 .to = op.data,
                 .size = op.size,
                 .tag = direction == AeadDirection::seal ? op.tag : scratch.tag.data()});
  job.user_data = &op;
  job.user_data2 = &scratch;
}

void finish_job(const IMB_JOB& job) {
  ensure(job.status == IMB_STATUS_COMPLETED, "a job of ours is well formed and completes");
  AeadOp& op = *static_cast<AeadOp*>(job.user_data);
  const bool sealed = job.cipher_direction == IMB_DIR_ENCRYPT;
  op.ok = sealed || tags_equal(static_cast<AeadScratch*>(job.user_data2)->tag.data(), op.tag);
}

}  // namespace

void AeadEngine::State::submit_chacha(AeadOp& op, AeadDirection direction) {
  if (jobs_in_flight == kJobsInFlight) flush_chacha();
  IMB_JOB* job = IMB_GET_NEXT_JOB(manager.get());
  fill(*job, op, scratch[jobs_in_flight++], direction);
  // No check by ipsec-mb: every field is ours, none comes from a peer.
  const IMB_JOB* done = IMB_SUBMIT_JOB_NOCHECK(manager.get());
  for (; done != nullptr; done = IMB_GET_COMPLETED_JOB(manager.get())) finish_job(*done);
}

void AeadEngine::State::flush_chacha() {
  while (const IMB_JOB* done = IMB_FLUSH_JOB(manager.get())) finish_job(*done);
  jobs_in_flight = 0;
}

template <AeadDirection kDirection>
inline void AeadEngine::State::run_gcm(AeadOp& op, const Nonce& nonce) {
  const gcm_key_data* const key = gcm_schedule(*op.key);
  if constexpr (kDirection == AeadDirection::seal) {
    IMB_AES256_GCM_ENC(manager.get(), key, &gcm_context, op.data, op.data, op.size, nonce.data(),
                       op.aad, op.aad_size, op.tag, kAeadTagSize);
    op.ok = true;
  } else {
    Bytes<kAeadTagSize> tag;
    IMB_AES256_GCM_DEC(manager.get(), key, &gcm_context, op.data, op.data, op.size, nonce.data(),
                       op.aad, op.aad_size, tag.data(), kAeadTagSize);
    op.ok = tags_equal(tag.data(), op.tag);
  }
}

template <AeadDirection kDirection>
void AeadEngine::State::run(std::span<AeadOp> ops) {
  NoncesAhead nonces(ops);
  const auto run_one = [&](std::size_t i) __attribute__((always_inline)) {
    if (ops[i].key->suite == Suite::chacha20_poly1305) [[unlikely]] {
      submit_chacha(ops[i], kDirection);
    } else {
      run_gcm<kDirection>(ops[i], nonces.of(i));
    }
  };
  // In two pieces, so that most ops need not ask whether there are any to look ahead to.
  static_assert(kKeysAhead >= NoncesAhead::kAhead);
  std::size_t i = 0;
  for (; i + kKeysAhead < ops.size(); ++i) {
    prefetch_key_ahead(ops[i + kKeysAhead], ops[i]);
    nonces.make(i + NoncesAhead::kAhead, ops[i + NoncesAhead::kAhead]);
    run_one(i);
  }
  for (; i < ops.size(); ++i) {
    const std::size_t ahead = i + NoncesAhead::kAhead;
    if (ahead < ops.size()) nonces.make(ahead, ops[ahead]);
    run_one(i);
  }
  if (jobs_in_flight != 0) flush_chacha();
}

void AeadEngine::seal(std::span<AeadOp> ops) {
  state_->run<AeadDirection::seal>(ops);
}
void AeadEngine::open(std::span<AeadOp> ops) {
  state_->run<AeadDirection::open>(ops);
}

}  // namespace jvpn
