// SPDX-License-Identifier: Apache-2.0
// A DATA datagram of a client, from fixed keys, and what messages are called.
#pragma once

#include <algorithm>

#include "crypto/aead.h"
#include "session/core/keys.h"
#include "session/core/wire.h"
#include "tests/session/core/samples.h"

namespace jvpn::test {

/// An ICMP echo request from 10.77.0.2 to 10.99.0.2.
inline std::vector<std::uint8_t> inner_packet() {
  return unhex("4500001c000100004001651a 0a4d0002 0a630002 0800f7fe 00010000");
}

inline std::vector<std::uint8_t> sealed_data(const SessionRoots& roots, Suite suite, ByteView inner,
                                             std::uint64_t counter) {
  AeadEngine engine = std::move(AeadEngine::create().value());
  const TrafficKey key =
      derive_traffic_key(roots.traffic, KeyEpoch{0}, Direction::client_to_gateway);
  AeadKey expanded;
  engine.expand(suite, key.key, key.iv, expanded);
  std::vector<std::uint8_t> datagram(inner.size() + kDataOverhead);
  store(datagram.data(), DataHeader{WirePrefix::make(WireType::data, kTag), counter});
  std::ranges::copy(inner, datagram.begin() + sizeof(DataHeader));
  const auto size = static_cast<std::uint32_t>(inner.size());
  std::uint8_t* const data = datagram.data() + sizeof(DataHeader);
  AeadOp op{&expanded, counter, datagram.data(), sizeof(DataHeader),
            size,      data,    data + size,     false};
  engine.seal({&op, 1});
  wipe_key(expanded);
  return datagram;
}

inline const char* name_of(MessageKind kind) {
  static constexpr std::array kNames{"HANDSHAKE_CONFIRM",  "HANDSHAKE_DONE",   "REATTACH_REQUEST",
                                     "REATTACH_CHALLENGE", "REATTACH_CONFIRM", "REATTACH_ACK",
                                     "REATTACH_REJECT",    "UNBOUND_NOTICE",   "PATH_CHALLENGE",
                                     "PATH_RESPONSE",      "TERMINATE",        "PATH_PROBE",
                                     "REKEY_INIT",         "REKEY_ACK",        "POLICY_UPDATE",
                                     "POLICY_ACK",         "MIGRATE",          "CALL"};
  static_assert(kNames.size() == std::variant_size_v<MessageBody>);
  return kNames[static_cast<std::size_t>(kind) - 1];
}

}  // namespace jvpn::test
