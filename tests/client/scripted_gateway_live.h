// SPDX-License-Identifier: Apache-2.0
// The one session that the scripted gateway has. Private to scripted_gateway*.cc.
#pragma once

#include "tests/client/scripted_gateway.h"

namespace jvpn::client {

struct ScriptedGateway::Live {
  SessionId id;
  Tag client_tag;
  Tag tag;
  Key32 control_in;
  Key32 control_out;
  Suite suite = Suite::aes_256_gcm;
  Key32 resume;
  Key32 traffic;
  KeyEpoch key_epoch;
  std::array<AeadKey, 16> open;  ///< by the low bits of the epoch: all that ever were
  AeadKey seal;
  std::uint64_t sent = 0;
  std::optional<KeyPair> rekeying;  ///< ours, while the client has not answered
  Owner owner{1, 1};
  std::optional<Owner> next_owner;
  std::optional<KeyPair> owner_ephemeral;
  StateVersion version{OwnerEpoch{1}, 1};
  StateVersion bound_version{OwnerEpoch{1}, 1};
  Endpoint bound;
  std::uint64_t number = 0;
  std::uint64_t counter = 0;
  std::uint64_t received = 0;
  std::uint64_t client_nonce = 0;
  Datagram done;
  MessageNumber answered;
  Datagram answer;
};

inline KeyPair draw_pair(RandomSource& random) {
  Bytes<32> secret = random.draw<32>();
  return KeyPair::from_secret(Key32::take(secret));
}

}  // namespace jvpn::client
