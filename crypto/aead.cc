// SPDX-License-Identifier: Apache-2.0
// Why two ways into ipsec-mb: measured, its one-shot calls are the fastest for AES-GCM and its jobs
// for ChaCha20-Poly1305. Jobs may complete later and in another order, so each one carries its op.
#include "crypto/aead.h"

#include "base/ensure.h"
#include "crypto/mb_manager.h"

namespace jvpn {
namespace {

constexpr std::size_t kKeySize = 32;
/// Jobs between two flushes; less than ipsec-mb's queue (256), so that submitting never blocks.
constexpr std::size_t kJobsInFlight = 64;

static_assert(sizeof(gcm_key_data) <= sizeof(AeadKey::schedule));
static_assert(alignof(AeadKey) >= alignof(gcm_key_data) && offsetof(AeadKey, schedule) == 0);
static_assert(kJobsInFlight < IMB_MAX_JOBS);

enum class Direction : bool { seal, open };

/// What has to stay in place while a message is being worked on.
struct Scratch {
  Bytes<kAeadNonceSize> nonce;
  Bytes<kAeadTagSize> tag;  ///< open: the tag that should have come
};

const gcm_key_data* gcm_schedule(const AeadKey& key) {
  return reinterpret_cast<const gcm_key_data*>(key.schedule.data());
}

/// Constant time: both words are always compared as a whole.
bool tags_equal(const std::uint8_t* a, const std::uint8_t* b) {
  std::uint64_t wa[2], wb[2];
  std::memcpy(wa, a, kAeadTagSize);
  std::memcpy(wb, b, kAeadTagSize);
  return ((wa[0] ^ wb[0]) | (wa[1] ^ wb[1])) == 0;
}

void fill_job(IMB_JOB& job, AeadOp& op, Scratch& scratch, Direction direction) {
  const bool seal = direction == Direction::seal;
  scratch.nonce = make_nonce(op.key->iv, op.counter);
  job.cipher_mode = IMB_CIPHER_CHACHA20_POLY1305;
  job.hash_alg = IMB_AUTH_CHACHA20_POLY1305;
  job.cipher_direction = seal ? IMB_DIR_ENCRYPT : IMB_DIR_DECRYPT;
  job.chain_order = seal ? IMB_ORDER_CIPHER_HASH : IMB_ORDER_HASH_CIPHER;
  job.enc_keys = op.key->schedule.data();
  job.dec_keys = op.key->schedule.data();
  job.key_len_in_bytes = kKeySize;
  job.src = op.data;
  job.dst = op.data;
  job.cipher_start_src_offset_in_bytes = 0;
  job.hash_start_src_offset_in_bytes = 0;
  job.msg_len_to_cipher_in_bytes = op.size;
  job.msg_len_to_hash_in_bytes = op.size;
  job.iv = scratch.nonce.data();
  job.iv_len_in_bytes = kAeadNonceSize;
  job.u.CHACHA20_POLY1305.aad = op.aad;
  job.u.CHACHA20_POLY1305.aad_len_in_bytes = op.aad_size;
  job.auth_tag_output = seal ? op.tag : scratch.tag.data();
  job.auth_tag_output_len_in_bytes = kAeadTagSize;
  job.user_data = &op;
  job.user_data2 = &scratch;
}

void finish_job(const IMB_JOB& job) {
  ensure(job.status == IMB_STATUS_COMPLETED, "a job of ours is well formed and completes");
  AeadOp& op = *static_cast<AeadOp*>(job.user_data);
  const bool sealed = job.cipher_direction == IMB_DIR_ENCRYPT;
  op.ok = sealed || tags_equal(static_cast<Scratch*>(job.user_data2)->tag.data(), op.tag);
}

}  // namespace

void wipe_key(AeadKey& key) {
  sodium_memzero(&key, sizeof key);
}

struct AeadEngine::State {
  MbManager manager;
  ArchTier tier;
  std::size_t jobs_in_flight = 0;
  gcm_context_data gcm_context{};
  std::array<Scratch, kJobsInFlight> scratch{};

  State(MbManager started, ArchTier its_tier) : manager(std::move(started)), tier(its_tier) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    sodium_memzero(&gcm_context, sizeof gcm_context);
    sodium_memzero(&scratch, sizeof scratch);
  }

  void run(std::span<AeadOp> ops, Direction direction);
  void gcm_seal(AeadOp& op);
  void gcm_open(AeadOp& op);
  void submit_chacha(AeadOp& op, Direction direction);
  void flush_chacha();
};

void AeadEngine::State::gcm_seal(AeadOp& op) {
  const Bytes<kAeadNonceSize> nonce = make_nonce(op.key->iv, op.counter);
  IMB_AES256_GCM_ENC(manager.get(), gcm_schedule(*op.key), &gcm_context, op.data, op.data, op.size,
                     nonce.data(), op.aad, op.aad_size, op.tag, kAeadTagSize);
  op.ok = true;
}

void AeadEngine::State::gcm_open(AeadOp& op) {
  const Bytes<kAeadNonceSize> nonce = make_nonce(op.key->iv, op.counter);
  Bytes<kAeadTagSize> tag;
  IMB_AES256_GCM_DEC(manager.get(), gcm_schedule(*op.key), &gcm_context, op.data, op.data, op.size,
                     nonce.data(), op.aad, op.aad_size, tag.data(), kAeadTagSize);
  op.ok = tags_equal(tag.data(), op.tag);
}

void AeadEngine::State::submit_chacha(AeadOp& op, Direction direction) {
  if (jobs_in_flight == kJobsInFlight) flush_chacha();
  IMB_JOB* job = IMB_GET_NEXT_JOB(manager.get());
  fill_job(*job, op, scratch[jobs_in_flight++], direction);
  // No check by ipsec-mb: every field is ours, none comes from a peer.
  const IMB_JOB* done = IMB_SUBMIT_JOB_NOCHECK(manager.get());
  for (; done != nullptr; done = IMB_GET_COMPLETED_JOB(manager.get())) finish_job(*done);
}

void AeadEngine::State::flush_chacha() {
  while (const IMB_JOB* done = IMB_FLUSH_JOB(manager.get())) finish_job(*done);
  jobs_in_flight = 0;
}

void AeadEngine::State::run(std::span<AeadOp> ops, Direction direction) {
  for (AeadOp& op : ops) {
    op.ok = false;
    if (op.key->suite == Suite::chacha20_poly1305) {
      submit_chacha(op, direction);
    } else if (direction == Direction::seal) {
      gcm_seal(op);
    } else {
      gcm_open(op);
    }
  }
  if (jobs_in_flight != 0) flush_chacha();
}

Result<AeadEngine> AeadEngine::create(ArchTier tier) {
  Result<StartedMbManager> started = start_mb_manager(tier);
  if (!started) return tl::unexpected(started.error());
  return AeadEngine(std::make_unique<State>(std::move(started->manager), started->tier));
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
    std::memcpy(out.schedule.data(), key.view().data(), kKeySize);
  } else {
    IMB_AES256_GCM_PRE(state_->manager.get(), key.view().data(),
                       reinterpret_cast<gcm_key_data*>(out.schedule.data()));
  }
}

void AeadEngine::seal(std::span<AeadOp> ops) {
  state_->run(ops, Direction::seal);
}
void AeadEngine::open(std::span<AeadOp> ops) {
  state_->run(ops, Direction::open);
}
ArchTier AeadEngine::tier() const {
  return state_->tier;
}

}  // namespace jvpn
