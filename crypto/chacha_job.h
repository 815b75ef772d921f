// SPDX-License-Identifier: Apache-2.0
// A message for ChaCha20-Poly1305 by ipsec-mb's job API. Private to crypto/.
#pragma once

#include "crypto/aead_state.h"

namespace jvpn {

struct ChachaJob {
  AeadDirection direction;
  const std::uint8_t* key;    ///< 32 bytes; this and the next must stay until the job is done
  const std::uint8_t* nonce;  ///< kAeadNonceSize bytes
  ByteView aad;
  const std::uint8_t* from;
  std::uint8_t* to;  ///< may be `from`
  std::size_t size;
  std::uint8_t* tag;  ///< out, also when opening: the tag that should have come
};

inline void fill_job(IMB_JOB& job, const ChachaJob& with) {
  constexpr std::size_t kKeySize = 32;
  const bool seal = with.direction == AeadDirection::seal;
  job.cipher_mode = IMB_CIPHER_CHACHA20_POLY1305;
  job.hash_alg = IMB_AUTH_CHACHA20_POLY1305;
  job.cipher_direction = seal ? IMB_DIR_ENCRYPT : IMB_DIR_DECRYPT;
  job.chain_order = seal ? IMB_ORDER_CIPHER_HASH : IMB_ORDER_HASH_CIPHER;
  job.enc_keys = with.key;
  job.dec_keys = with.key;
  job.key_len_in_bytes = kKeySize;
  job.src = with.from;
  job.dst = with.to;
  job.cipher_start_src_offset_in_bytes = 0;
  job.hash_start_src_offset_in_bytes = 0;
  job.msg_len_to_cipher_in_bytes = with.size;
  job.msg_len_to_hash_in_bytes = with.size;
  job.iv = with.nonce;
  job.iv_len_in_bytes = kAeadNonceSize;
  job.u.CHACHA20_POLY1305.aad = with.aad.data();
  job.u.CHACHA20_POLY1305.aad_len_in_bytes = with.aad.size();
  job.auth_tag_output = with.tag;
  job.auth_tag_output_len_in_bytes = kAeadTagSize;
}

}  // namespace jvpn
