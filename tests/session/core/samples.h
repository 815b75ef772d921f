// SPDX-License-Identifier: Apache-2.0
// One message of each kind with fixed, all different values, and the bytes that docs/PROTOCOL.md
// gives for its body.
#pragma once

#include <string>
#include <vector>

#include "session/core/messages.h"
#include "tests/session/core/hex.h"

namespace jvpn::test {

inline const SessionId kSession{rising<16>(0xd0)};
inline const StateVersion kVersion{OwnerEpoch{3}, 9};
inline const StateVersion kBoundVersion{OwnerEpoch{3}, 8};
inline const Tag kTag(0x01020304050607);
inline const Endpoint kObserved{IpAddress::v4(0xc0000201), 51820};
inline const PathToken kToken{0x1112131415161718, 0x2122232425262728, rising<16>(0xa0)};
inline const Reattach kReattach{
    kBoundVersion, KeyEpoch{5}, PathId{7}, Reason::heartbeat_timeout, 2, 0x0102030405060708};

struct Sample {
  MessageKind kind;
  MessageBody body;
  std::string class_and_kind;  ///< the two bytes on the wire
  std::string body_hex;
};

inline std::vector<Sample> samples() {
  const std::string version = "0000000300000009";
  const std::string bound = "0000000300000008";
  const std::string observed = "00000000000000000000ffffc0000201ca6c";
  const std::string token = "11121314151617182122232425262728a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";
  const std::string request = bound + "00000005" + "07" + "0004" + "00000002" + "0102030405060708";
  const std::string tag = "01020304050607";
  ReattachConfirm confirm;
  static_cast<Reattach&>(confirm) = kReattach;
  confirm.token = kToken;
  using enum MessageKind;
  return {
      {handshake_confirm, HandshakeConfirm{}, "0201", ""},
      {handshake_done, HandshakeDone{kTag, kVersion, kBoundVersion, kObserved}, "0202",
       tag + version + bound + observed},
      {reattach_request, ReattachRequest{kReattach}, "0103", request},
      {reattach_challenge, ReattachChallenge{kObserved, kToken}, "0104", observed + token},
      {reattach_confirm, confirm, "0105", request + token},
      {reattach_ack, ReattachAck{kTag, kVersion, kBoundVersion, kObserved, KeyEpoch{5}}, "0106",
       tag + version + bound + observed + "00000005"},
      {reattach_reject, ReattachReject{Reason::cooldown_active, kVersion, kBoundVersion, 1500},
       "0107", "0025" + version + bound + "000005dc"},
      {unbound_notice, UnboundNotice{kObserved, kToken, kBoundVersion}, "0108",
       observed + token + bound},
      {path_challenge, PathChallenge{0x1122334455667788}, "0209", "1122334455667788"},
      {path_response, PathResponse{0x1122334455667788}, "020a", "1122334455667788"},
      {terminate, Terminate{Reason::operator_terminated, kVersion}, "020b", "0012" + version},
  };
}

inline Message message_of(const Sample& sample) {
  return {OwnerEpoch{3}, MessageNumber{9}, MessageNumber{4}, kSession, sample.body};
}

/// Prefix and body as they travel.
inline std::string golden_of(const Sample& sample) {
  return "00000003" + sample.class_and_kind + "0000" + "0000000000000009" + "0000000000000004" +
         "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf" + sample.body_hex;
}

inline std::vector<std::uint8_t> written(const Message& message, std::size_t padded_size = 0) {
  std::vector<std::uint8_t> out(kMaxMessageSize);
  out.resize(write_message(message, out, padded_size));
  return out;
}

}  // namespace jvpn::test
