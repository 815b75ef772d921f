// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.h"

#include <sodium.h>

#include "base/ensure.h"

namespace jvpn {
namespace {

/// The job interface is the one that knows the instructions. Of the tiers only `sse` uses them: the
/// wider ones hash many messages side by side, and a chain has one.
void hash_by_job(IMB_MGR* manager, ByteView message, Bytes<32>& out) {
  IMB_JOB* job = IMB_GET_NEXT_JOB(manager);
  job->cipher_mode = IMB_CIPHER_NULL;
  job->cipher_direction = IMB_DIR_ENCRYPT;
  job->chain_order = IMB_ORDER_HASH_CIPHER;
  job->hash_alg = IMB_AUTH_SHA_256;
  job->src = message.data();
  job->hash_start_src_offset_in_bytes = 0;
  job->msg_len_to_hash_in_bytes = message.size();
  job->auth_tag_output = out.data();
  job->auth_tag_output_len_in_bytes = out.size();
  const IMB_JOB* done = IMB_SUBMIT_JOB(manager);
  if (done == nullptr) done = IMB_FLUSH_JOB(manager);
  ensure(done == job && done->status == IMB_STATUS_COMPLETED, "one message in, one hash out");
}

}  // namespace

Bytes<32> sha256(ByteView message) {
  Bytes<32> out;
  static_assert(crypto_hash_sha256_BYTES == sizeof out);
  crypto_hash_sha256(out.data(), message.data(), message.size());
  return out;
}

Sha256::Sha256() {
  Result<StartedMbManager> started = start_mb_manager(ArchTier::sse);
  ensure(started.has_value(), "ipsec-mb starts here");
  manager_ = std::move(started->manager);
  has_instructions_ = (manager_->features & IMB_FEATURE_SHANI) != 0;
}

Bytes<32> Sha256::operator()(ByteView message) const {
  if (message.empty()) return sha256(message);  // not a job that ipsec-mb takes
  Bytes<32> out;
  if (has_instructions_) {
    hash_by_job(manager_.get(), message, out);
  } else {
    IMB_SHA256(manager_.get(), message.data(), message.size(), out.data());
  }
  return out;
}

}  // namespace jvpn
