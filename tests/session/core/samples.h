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
    kBoundVersion,      KeyEpoch{5},      PathId{7}, Reason::heartbeat_timeout, 2,
    0x0102030405060708, rising<32>(0x40), true};
inline const Ticket kTicket{rising<60>(0x80)};
inline const Owner kOwner{4, 0x3132333435363738};

inline PolicyUpdate policy_update_sample() {
  PolicyUpdate update{{2, 10}, client_part(Policy{}), 1420, {}, {}};
  update.dns[0] = IpAddress::v4(0x0a630035);
  update.endpoints[0] = kObserved;
  return update;
}

/// Defaults of docs/SESSION.md in the order of docs/PROTOCOL.md, "Policy".
inline std::string policy_hex(const std::string& on_timeout = "00") {
  return "000001f4"
         "000007d0"
         "00000bb8"
         "000007d0"
         "00030d40"
         "00000003"
         "00000000"
         "000007d0"
         "00000fa0"  // volatility
         "00000008"
         "0000001e"
         "000005dc"
         "00001f40"
         "0010c8e0" +
         on_timeout +
         "000000fa"  // switching
         "00000040"
         "000007d0"  // hold
         "00000003"
         "00002710"  // transport
         "01b77400"
         "00003a98"
         "00002000"
         "0001d4c0"
         "0000000800000000";
}
inline std::string policy_update_hex() {
  const std::string none(32, '0');
  return "0002000a" + policy_hex() + "058c" + "00000000000000000000ffff0a630035" + none + none +
         none + "00000000000000000000ffffc0000201ca6c" + std::string(7 * 36, '0');
}

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
  const std::string request = bound + "00000005" + "07" + "0004" + "00000002" + "0102030405060708" +
                              hex(rising<32>(0x40)) + "01";
  const std::string tag = "01020304050607";
  const std::string ticket = hex(kTicket);
  const std::string owner = "043132333435363738";
  const std::string ephemeral = hex(rising<32>(0x60));
  ReattachConfirm confirm;
  static_cast<Reattach&>(confirm) = kReattach;
  confirm.token = kToken;
  using enum MessageKind;
  return {
      {handshake_confirm, HandshakeConfirm{}, "0201", ""},
      {handshake_done, HandshakeDone{kTag, kTicket, kVersion, kBoundVersion, kObserved, kOwner},
       "0202", tag + ticket + version + bound + observed + owner},
      {reattach_request, ReattachRequest{kReattach}, "0103", request},
      {reattach_challenge, ReattachChallenge{kObserved, kToken, kOwner, rising<32>(0x60)}, "0104",
       observed + token + owner + ephemeral},
      {reattach_confirm, confirm, "0105", request + token},
      {reattach_ack,
       ReattachAck{kTag, kTicket, kVersion, kBoundVersion, kObserved, KeyEpoch{5}, kOwner}, "0106",
       tag + ticket + version + bound + observed + "00000005" + owner},
      {reattach_reject, ReattachReject{Reason::cooldown_active, kVersion, kBoundVersion, 1500},
       "0107", "0025" + version + bound + "000005dc"},
      {unbound_notice, UnboundNotice{kObserved, kToken, kBoundVersion}, "0108",
       observed + token + bound},
      {path_challenge, PathChallenge{kObserved, kToken}, "0209", observed + token},
      {path_response, PathResponse{PathId{7}, kToken}, "020a", "07" + token},
      {terminate, Terminate{Reason::operator_terminated, kVersion}, "020b", "0012" + version},
      {path_probe, PathProbe{PathId{7}, 0x01020304, 50'000}, "020c",
       "07"
       "01020304"
       "0000c350"},
      {rekey_init, RekeyInit{{KeyEpoch{6}, rising<32>(0x60)}}, "020d", "00000006" + ephemeral},
      {rekey_ack, RekeyAck{{KeyEpoch{6}, rising<32>(0x60)}}, "020e", "00000006" + ephemeral},
      {policy_update, policy_update_sample(), "020f", policy_update_hex()},
      {policy_ack, PolicyAck{{2, 10}}, "0210", "0002000a"},
      {migrate, Migrate{{kObserved}}, "0211", observed + std::string(3 * 36, '0')},
      {call, Call{}, "0212", ""},
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
