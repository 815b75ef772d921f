// SPDX-License-Identifier: Apache-2.0
#include "tests/session/core/protocol_examples.h"

#include "base/ensure.h"
#include "crypto/x25519.h"
#include "session/core/control_datagram.h"
#include "session/core/cookie.h"
#include "session/core/handshake.h"
#include "session/core/heartbeat.h"
#include "tests/session/core/examples_data.h"
#include "tests/session/core/examples_page.h"
#include "tests/session/core/samples.h"

namespace jvpn::test {
namespace {

Key32 secret(unsigned first) {
  return Key32::copy_of(rising<32>(first));
}
KeyPair pair(unsigned first) {
  return KeyPair::from_secret(secret(first));
}

/// Everything that one handshake with fixed keys leaves behind.
struct Examples {
  KeyPair gateway = pair(0x01);
  KeyPair client = pair(0x21);
  KeyPair client_ephemeral = pair(0x41);
  KeyPair gateway_ephemeral = pair(0x61);
  Key32 psk = secret(0x81);
  Tag attempt{0xa1a2a3a4a5a6a7};
  Tag client_tag{0xb1b2b3b4b5b6b7};
  SessionId session{rising<16>(0xd0)};
  std::vector<std::uint8_t> birth_state = std::vector<std::uint8_t>(195, 0x5b);
  SessionRoots roots;
  Page page;

  void handshake();
  void cookie(ByteView init);
  void confirm();
  void keys();
  void data(Suite suite, const std::string& name);
  void heartbeats();
  void messages();
  void later_roots();
};

ByteView prologue() {
  return {reinterpret_cast<const std::uint8_t*>(kPrologue.data()), kPrologue.size()};
}

AckPayload ack_payload(const SessionId& session) {
  AckPayload ack;
  ack.session = session;
  ack.inner_v4 = IpAddress::v4({10, 77, 0, 2});
  ack.tunnel_mtu = 1420;
  ack.policy_version = {1, 0};
  ack.policy = client_part(Policy{});
  return ack;
}

void Examples::handshake() {
  page.title("1 Handshake");
  page.say(
      "Fixed keys: each secret counts up from its first byte. The PSK is used, so `psk id` is not "
      "zero.");
  page.begin();
  page.row("gateway static secret", gateway.secret.view());
  page.row("gateway static public", gateway.public_key);
  page.row("client static secret", client.secret.view());
  page.row("client static public", client.public_key);
  page.row("client ephemeral secret", client_ephemeral.secret.view());
  page.row("gateway ephemeral secret", gateway_ephemeral.secret.view());
  page.row("psk", psk.view());
  NoiseInitiator initiator(client, gateway.public_key, client_ephemeral.secret.clone(), prologue());
  InitPayload init;
  init.suites = {Suite::aes_256_gcm, Suite::chacha20_poly1305};
  init.client_tag = client_tag;
  init.psk_id = psk_id_of(psk);
  Bytes<kInitPayloadSize> plain{};
  ensure(write_init_payload(init, plain), "two suites");
  page.row("INIT payload, the first 49 of 1 064 bytes (the rest is zero)",
           ByteView(plain).first(49));
  std::vector<std::uint8_t> message1(plain.size() + kNoiseMessage1Overhead);
  ensure(initiator.write_message1(plain, message1), "no small order here");
  const auto datagram = write_init(attempt, message1, gateway.public_key);
  page.row("INIT datagram", datagram);
  page.end();
  cookie(datagram);

  NoiseResponder responder(gateway, prologue());
  ensure(responder.read_message1(message1, plain).has_value(), "our own");
  const auto payload = write_ack_payload(ack_payload(session));
  std::vector<std::uint8_t> message2(payload.size() + kNoiseMessage2Overhead);
  const auto result =
      responder.write_message2(payload, psk, gateway_ephemeral.secret.clone(), message2);
  ensure(result.has_value(), "no small order here");
  page.say("");
  page.begin();
  page.row("ACK payload", payload);
  page.row("ACK datagram (birth state: 195 bytes of 5b)",
           write_ack(attempt, message2, birth_state));
  page.row("Noise chaining key", result->chaining_key.view());
  page.row("Noise handshake hash", result->handshake_hash);
  page.end();
  roots = derive_roots(*result);
}

void Examples::cookie(ByteView init) {
  page.say("");
  page.say(
      "The same INIT, answered by a COOKIE (nonce 40, 41, …; cookie c0, c1, …; retry after 1 500 "
      "ms), and the mac2 that it then bears:");
  const CookieScope scope{attempt, mac1_in(init), gateway.public_key};
  page.begin();
  page.row("COOKIE datagram",
           write_cookie_reply({rising<16>(0xc0), 1500ms}, scope, rising<24>(0x40)));
  page.row("mac2", mac2_of(rising<16>(0xc0), init.first(kInitSize - kMacSize)));
  page.end();
}

void Examples::keys() {
  page.title("2 Keys");
  page.begin();
  page.row("traffic root", roots.traffic.view());
  page.row("resume root", roots.resume.view());
  for (const auto& [name, direction] : {std::pair{"C→G", Direction::client_to_gateway},
                                        std::pair{"G→C", Direction::gateway_to_client}}) {
    page.row(std::string("control key ") + name,
             derive_control_key(roots.resume, direction).view());
    const TrafficKey traffic = derive_traffic_key(roots.traffic, KeyEpoch{0}, direction);
    page.row(std::string("traffic key, key epoch 0, ") + name, traffic.key.view());
    page.row(std::string("traffic IV, key epoch 0, ") + name, traffic.iv);
  }
  page.end();
}

void Examples::confirm() {
  page.title("3 CONFIRM and DONE");
  const Message proof{OwnerEpoch{0}, MessageNumber{1}, {}, session, HandshakeConfirm{}};
  const auto plain = written(proof);
  const HandshakeDone body{kTag,      kTicket, {OwnerEpoch{1}, 1}, {OwnerEpoch{1}, 1},
                           kObserved, kOwner};
  const Message done{OwnerEpoch{1}, MessageNumber{1}, MessageNumber{1}, session, body};
  page.begin();
  page.row("HANDSHAKE_CONFIRM, plain", plain);
  page.row(
      "CONFIRM datagram (nonce 00, 01, …)",
      write_confirm(plain, birth_state,
                    derive_control_key(roots.resume, Direction::client_to_gateway), rising<24>(0)));
  page.row("HANDSHAKE_DONE, plain", written(done));
  page.row("DONE datagram (nonce 20, 21, …)",
           seal_datagram(done, {.receiver = client_tag},
                         derive_control_key(roots.resume, Direction::gateway_to_client),
                         rising<24>(0x20)));
  page.end();
}

void Examples::data(Suite suite, const std::string& name) {
  page.row("DATA datagram C→G, counter 5, " + name, sealed_data(roots, suite, inner_packet(), 5));
}

void Examples::heartbeats() {
  page.title("5 Heartbeats");
  Heartbeat ask{HeartbeatKind::ask, PathId{1}, 0, 0x1011121314151617, 0, 1, 0, {OwnerEpoch{1}, 1}};
  Heartbeat reply{HeartbeatKind::reply, PathId{1}, 2, 0x2021222324252627, ask.nonce, 1, 1,
                  {OwnerEpoch{1}, 1}};
  Bytes<kHeartbeatInnerSize> bytes{};
  page.begin();
  write_heartbeat(ask, bytes);
  page.row("ask, plain", bytes);
  page.row("ask, DATA datagram C→G, counter 6, suite 1",
           sealed_data(roots, Suite::aes_256_gcm, bytes, 6));
  write_heartbeat(reply, bytes);
  page.row("reply, plain", bytes);
  page.end();
}

void Examples::messages() {
  page.title("6 Control messages");
  page.say(
      "Each with owner epoch 3, number 9, answers 4 and the session id above; plain, as it stands "
      "inside the seal. Fields that occur again: "
      "tag 01…07, ticket 80…bb, version 3:9, bound version 3:8, observed source 192.0.2.1:51820, "
      "token 11…af, owner node 4.");
  page.begin();
  for (const Sample& sample : samples()) {
    page.row(name_of(sample.kind), written(message_of(sample)));
  }
  page.end();
  page.say("");
  page.say(
      "REATTACH_REQUEST as a TICKETED datagram, padded to 256 (nonce 40, 41, …), under the control "
      "key C→G of section 2:");
  page.begin();
  const Envelope envelope{.receiver = kTag, .ticket = &kTicket, .size = kRequestSize};
  page.row("TICKETED datagram",
           seal_datagram(message_of(samples()[2]), envelope,
                         derive_control_key(roots.resume, Direction::client_to_gateway),
                         rising<24>(0x40)));
  page.end();
}

void Examples::later_roots() {
  page.title("7 Rekey and new owner");
  const KeyPair init = pair(0x31), answer = pair(0x51);
  const auto shared = x25519(init.secret, answer.public_key);
  ensure(shared.has_value(), "no small order here");
  const RekeyTranscript transcript{session, KeyEpoch{1}, init.public_key, answer.public_key};
  const Key32 rekeyed = derive_rekeyed_root(roots.traffic, *shared, transcript);
  page.begin();
  page.row("REKEY_INIT's (or REQUEST's) secret", init.secret.view());
  page.row("REKEY_INIT's (or REQUEST's) public key", init.public_key);
  page.row("REKEY_ACK's (or CHALLENGE's) secret", answer.secret.view());
  page.row("REKEY_ACK's (or CHALLENGE's) public key", answer.public_key);
  page.row("X25519", shared->view());
  page.row("traffic root of key epoch 1, after a rekey", rekeyed.view());
  page.row("traffic key, key epoch 1, C→G",
           derive_traffic_key(rekeyed, KeyEpoch{1}, Direction::client_to_gateway).key.view());
  page.row("traffic root of node 4, incarnation 3132333435363738, owner epoch 2",
           derive_owner_root(roots.resume, *shared, session, kOwner, OwnerEpoch{2}).view());
  page.end();
}

}  // namespace

std::string protocol_examples() {
  Examples examples;
  examples.handshake();
  examples.keys();
  examples.confirm();
  examples.page.title("4 DATA");
  examples.page.begin();
  examples.page.row("inner packet", inner_packet());
  examples.data(Suite::aes_256_gcm, "suite 1");
  examples.data(Suite::chacha20_poly1305, "suite 2");
  examples.page.end();
  examples.heartbeats();
  examples.messages();
  examples.later_roots();
  return "# The protocol in hex\n\nWorked examples of [PROTOCOL.md](PROTOCOL.md), made by "
         "`tests/session/core/protocol_examples.cc`, which a test compares with this page.\n" +
         examples.page.text();
}

}  // namespace jvpn::test
