// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "control/birth.h"
#include "control/live_policy.h"
#include "control/ownership/asking.h"
#include "control/ownership/lease.h"
#include "control/records/node_records.h"
#include "control/records/store_keys.h"
#include "session/core/handshake.h"

namespace jvpn {
namespace {

ByteView prologue() {
  return {reinterpret_cast<const std::uint8_t*>(kPrologue.data()), kPrologue.size()};
}

/// What INIT told, after everything in it was checked.
struct Opened {
  Peer* peer = nullptr;
  const Key32* psk = nullptr;
  Tag client_tag;
  Suite suite = Suite::aes_256_gcm;
  Duration wanted_heartbeat{};
  SessionId current;  ///< that the client believes to have
};

std::optional<Suite> choose_suite(const PeerConfig& peer, const std::vector<Suite>& offered) {
  if (!peer.suite) return offered.front();
  if (std::ranges::find(offered, *peer.suite) == offered.end()) return std::nullopt;
  return peer.suite;
}

/// The one of the peer's two PSKs that INIT names; null: neither, or none where one is required.
const Key32* psk_named(const PeerConfig& peer, std::uint32_t id) {
  static const Key32 kNone{};
  if (id == 0) return peer.psk_required ? nullptr : &kNone;
  if (id == psk_id_of(peer.psk)) return &peer.psk;
  return id == psk_id_of(peer.next_psk) ? &peer.next_psk : nullptr;
}

std::optional<Opened> open_init(const Step& step, const InitFrame& frame,
                                NoiseResponder& responder) {
  Bytes<kInitPayloadSize> plain{};
  const std::optional<PublicKey> key = responder.read_message1(frame.noise, plain);
  if (!key) return step.count("init_not_opened"), std::nullopt;
  Peer* peer = step.node.peers.find(*key);
  if (peer == nullptr) return step.count("unknown_peer"), std::nullopt;
  const std::optional<InitPayload> payload = read_init_payload(plain);
  if (!payload) return step.count("init_malformed"), std::nullopt;
  const Key32* psk = psk_named(*peer->config, payload->psk_id);
  if (psk == nullptr) return step.count("init_psk"), std::nullopt;
  const std::optional<Suite> suite = choose_suite(*peer->config, payload->suites);
  if (!suite) return step.count("init_suite"), std::nullopt;
  return Opened{
      peer, psk, payload->client_tag, *suite, payload->wanted_heartbeat, payload->current_session};
}

SessionId live_session_of(const Step& step, const Peer& peer) {
  const Session* session = step.node.sessions.find(peer.session);
  return session != nullptr && !session->is_closing() ? session->id : SessionId{};
}

/// The session to be born, and the one that lives.
struct Told {
  SessionId born;
  SessionId live;
};

AckPayload ack_payload(const Step& step, const Opened& opened, const Told& told) {
  const ControlConfig& config = step.node.config;
  const Policy& policy = step.policy();
  AckPayload ack;
  ack.suite = opened.suite;
  ack.session = told.born;
  ack.live_session = told.live;
  ack.inner_v4 = opened.peer->config->inner_v4;
  ack.inner_v6 = opened.peer->config->inner_v6;
  ack.tunnel_mtu = config.tunnel_mtu;
  ack.policy_version = parse_policy_version(policy.version).value();
  ack.policy = client_part(policy);
  ack.policy.volatility.heartbeat_interval =
      granted_heartbeat(policy.volatility, opened.wanted_heartbeat);
  return ack;
}

std::vector<std::uint8_t> sealed_birth(const Step& step, const Opened& opened, const Arrival& from,
                                       BirthState birth) {
  birth.number = ++step.node.last_birth;
  birth.peer = opened.peer->config->key;
  birth.client_tag = opened.client_tag;
  birth.suite = opened.suite;
  birth.wanted_heartbeat_ms = static_cast<std::uint32_t>(to_ms(opened.wanted_heartbeat));
  birth.source = from.source;
  birth.underlay = from.underlay;
  birth.expires_at = step.now + step.policy().session.birth_key;
  step.node.birth_keys.rotate(step.now);
  return seal_birth_state(birth, step.node.birth_keys.current(),
                          step.node.random.draw<kSealNonceSize>());
}

/// An INIT that opened, and the state of its handshake.
struct Greeting {
  InitFrame frame;
  NoiseResponder responder;
  Opened opened;
};

void answer_init(const Step& step, Greeting& greeting, const SessionId& live, const Arrival& from) {
  auto& [frame, responder, opened] = greeting;
  const SessionId id{step.node.random.draw<16>()};
  const std::vector<std::uint8_t> payload =
      write_ack_payload(ack_payload(step, opened, {id, live}));
  std::vector<std::uint8_t> noise(payload.size() + kNoiseMessage2Overhead);
  Bytes<32> ephemeral = step.node.random.draw<32>();
  const std::optional<NoiseResult> result =
      responder.write_message2(payload, *opened.psk, Key32::take(ephemeral), noise);
  if (!result) return step.count("init_zero_dh");
  BirthState birth;
  birth.session = id;
  birth.roots = derive_roots(*result);
  std::vector<std::uint8_t> ack =
      write_ack(frame.attempt, noise, sealed_birth(step, opened, from, std::move(birth)));
  if (ack.size() > from.wire_size) return step.count("answer_too_long");
  step.out.push_back(SendDatagram{from.underlay, from.source, std::move(ack)});
}

std::optional<Greeting> open_greeting(const Step& step, const InitFrame& frame) {
  NoiseResponder responder(step.node.config.key, prologue());
  std::optional<Opened> opened = open_init(step, frame, responder);
  if (!opened) return std::nullopt;
  return Greeting{frame, std::move(responder), *opened};
}

/// The client believes to have a session, and we know of none: another node may.
bool may_live_elsewhere(const Step& step, const Opened& opened) {
  return !opened.current.is_zero() && step.node.sessions.find(opened.peer->session) == nullptr;
}

/// One read at a time for each peer; the latest INIT is the one that is answered.
void ask_for_live_session(const Step& step, Peer& peer, Held init) {
  if (is_store_down(step)) return step.count(Reason::store_unavailable);
  peer.asking = std::move(init);
  if (std::exchange(peer.reading, true)) return;
  const PeerKey& key = peer.config->key;
  ask(step, Errand(AskedFor::read_peer, {}, key), StoreRead{0, {peer_key(key)}, {}});
}

}  // namespace

void on_init(const Step& step, ByteView datagram, const Arrival& from) {
  const std::optional<InitFrame> frame = read_init(datagram);
  if (!frame) return step.count("init_malformed");
  const Mac expected = mac1_of(step.node.config.key.public_key, frame->before_mac1);
  if (!mac_equals(frame->mac1, expected)) return step.count("init_mac1");
  if (!admit_init(step, *frame, from)) return;
  if (step.node.births_denied) {
    step.count(Reason::policy_denied);
    return defer_init(step, *frame, from);
  }
  std::optional<Greeting> greeting = open_greeting(step, *frame);
  if (!greeting) return;
  Peer& peer = *greeting->opened.peer;
  const bool is_first = step.node.sessions.find(peer.session) == nullptr;
  if (is_first && !has_room(step, from)) return defer_init(step, *frame, from);
  if (may_live_elsewhere(step, greeting->opened)) {
    return ask_for_live_session(step, peer, {{datagram.begin(), datagram.end()}, from});
  }
  answer_init(step, *greeting, live_session_of(step, peer), from);
}

void on_peer_read(const Step& step, Peer& peer, const Settled& settled) {
  const Boxed<Held> init = std::exchange(peer.asking, {});
  forget_asking(peer);
  if (!init || !settled.applied() || !is_serving(step)) return;
  if (step.node.births_denied || step.node.cluster.draining) return;
  const std::optional<InitFrame> frame = read_init(init->datagram);
  std::optional<Greeting> greeting = frame ? open_greeting(step, *frame) : std::nullopt;
  if (!greeting) return;
  const StoreValue* value = settled.value_at(peer_key(peer.config->key));
  const auto record = value ? read_peer_record(*value) : std::nullopt;
  answer_init(step, *greeting, record ? record->session : SessionId{}, init->from);
}

void forget_asking(Peer& peer) {
  peer.reading = false;
  peer.asking.reset();
}

}  // namespace jvpn
