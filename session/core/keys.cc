// SPDX-License-Identifier: Apache-2.0
#include "session/core/keys.h"

#include "base/cursor.h"
#include "base/ensure.h"
#include "crypto/kdf.h"

namespace jvpn {
namespace {

std::string_view pick(Direction direction, std::string_view c2g, std::string_view g2c) {
  return direction == Direction::client_to_gateway ? c2g : g2c;
}

}  // namespace

SessionRoots derive_roots(const NoiseResult& handshake) {
  const ByteView secret = handshake.chaining_key.view();
  return {derive(secret, "jvpn1 traffic root", handshake.handshake_hash),
          derive(secret, "jvpn1 resume root", handshake.handshake_hash)};
}

TrafficKey derive_traffic_key(const Key32& traffic_root, KeyEpoch epoch, Direction direction) {
  Bytes<4> context{};
  store(context.data(), BigEndian<std::uint32_t>(epoch.value));
  const ByteView root = traffic_root.view();
  return {
      derive(root, pick(direction, "jvpn1 traffic key c2g", "jvpn1 traffic key g2c"), context),
      derive_iv(root, pick(direction, "jvpn1 traffic iv c2g", "jvpn1 traffic iv g2c"), context)};
}

Key32 derive_rekeyed_root(const Key32& traffic_root, const Key32& shared,
                          const RekeyTranscript& transcript) {
  Secret<32 + 16 + 4 + 32 + 32> context;
  ByteWriter out(context.writable());
  out.bytes(shared.view())
      .bytes(transcript.session.bytes)
      .number(transcript.key_epoch.value)
      .bytes(transcript.init)
      .bytes(transcript.ack);
  ensure(out.ok() && out.size() == context.view().size(), "the context is the sum of its fields");
  return derive(traffic_root.view(), "jvpn1 rekey", context.view());
}

Key32 derive_owner_root(const Key32& resume_root, const Key32& shared, const SessionId& session,
                        const Owner& owner, OwnerEpoch epoch) {
  Secret<32 + 16 + 1 + 8 + 4> context;
  ByteWriter out(context.writable());
  out.bytes(shared.view())
      .bytes(session.bytes)
      .number(owner.node)
      .number(owner.incarnation)
      .number(epoch.value);
  ensure(out.ok() && out.size() == context.view().size(), "the context is the sum of its fields");
  return derive(resume_root.view(), "jvpn1 owner root", context.view());
}

Key32 derive_control_key(const Key32& resume_root, Direction direction) {
  return derive(resume_root.view(), pick(direction, "jvpn1 control c2g", "jvpn1 control g2c"));
}

}  // namespace jvpn
