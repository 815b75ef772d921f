// SPDX-License-Identifier: Apache-2.0
#include "tests/client/scripted_gateway.h"

#include "base/ensure.h"
#include "session/core/control_datagram.h"
#include "session/core/cookie.h"
#include "session/core/heartbeat.h"
#include "tests/client/scripted_gateway_live.h"

namespace jvpn::client {

namespace {

ByteView prologue() {
  return {reinterpret_cast<const std::uint8_t*>(kPrologue.data()), kPrologue.size()};
}

AeadEngine start_engine() {
  auto engine = AeadEngine::create();
  ensure(engine.has_value(), "this machine runs ipsec-mb");
  return std::move(*engine);
}

}  // namespace

ScriptedGateway::ScriptedGateway(std::uint64_t seed)
    : random_(seed), engine_(start_engine()), key_(draw_pair(random_)) {
  offer.inner_v4 = *parse_address("10.77.0.2");
  offer.tunnel_mtu = 1420;
  offer.policy = client_part(Policy{});
}

ScriptedGateway::~ScriptedGateway() = default;

void ScriptedGateway::restart() {
  live_.reset();
  births_.clear();
}

SessionId ScriptedGateway::session_id() const {
  return live_ ? live_->id : SessionId{};
}
StateVersion ScriptedGateway::version() const {
  return live_->version;
}
Endpoint ScriptedGateway::bound() const {
  return live_->bound;
}

StateVersion ScriptedGateway::shown(StateVersion version) const {
  return {shown_epoch.value_or(version.owner_epoch), version.sequence};
}

Addressed ScriptedGateway::say(const Endpoint& to, const MessageBody& body, MessageNumber answers) {
  const Message message{live_->version.owner_epoch, MessageNumber{++live_->number}, answers,
                        live_->id, body};
  return {to, seal_datagram(message, {.receiver = live_->client_tag}, live_->control_out,
                            random_.draw<kSealNonceSize>())};
}

PathToken ScriptedGateway::token(const Endpoint& source, MessageNumber number) const {
  PathToken token{1, number.value, {}};
  std::memcpy(token.proof.data(), source.address.bytes.data() + 8, 8);
  token.proof[0] = static_cast<std::uint8_t>(source.port);
  return token;
}

std::vector<Addressed> ScriptedGateway::receive(const Datagram& datagram, const Endpoint& source) {
  Answers out;
  switch (static_cast<WireType>(datagram.at(0) >> 4)) {
    case WireType::handshake_init:
      on_init(datagram, source, out);
      break;
    case WireType::handshake_confirm:
      on_confirm(datagram, source, out);
      break;
    case WireType::control:
    case WireType::ticketed:
      if (live_) on_control(datagram, source, out);
      break;
    case WireType::data:
      if (live_) on_data(datagram, source, out);
      break;
    default:
      break;
  }
  return out;
}

void ScriptedGateway::on_init(const Datagram& datagram, const Endpoint& source, Answers& out) {
  ++inits;
  const auto frame = read_init(datagram);
  if (!frame) return;
  const Mac cookie{static_cast<std::uint8_t>(source.port), 7};
  if (demands_cookies && frame->mac2 != mac2_of(cookie, frame->before_mac2)) {
    const CookieScope scope{frame->attempt, frame->mac1, key_.public_key};
    const CookieReply reply{cookie, retry_after};
    return out.push_back(
        {source, write_cookie_reply(reply, scope, random_.draw<kSealNonceSize>())});
  }
  NoiseResponder noise(key_, prologue());
  Bytes<kInitPayloadSize> plain;
  if (!noise.read_message1(frame->noise, plain)) return;
  const auto init = read_init_payload(plain);
  if (!init) return;
  AckPayload ack = offer;
  ack.suite = init->suites.front();
  ack.session = SessionId{random_.draw<16>()};
  ack.live_session = session_id();
  const auto payload = write_ack_payload(ack);
  Datagram message(payload.size() + kNoiseMessage2Overhead);
  Bytes<32> ephemeral = random_.draw<32>();
  const auto secrets = noise.write_message2(payload, Key32(), Key32::take(ephemeral), message);
  const SessionRoots roots = derive_roots(*secrets);
  auto birth = std::make_unique<Live>();
  birth->id = ack.session;
  birth->client_tag = init->client_tag;
  birth->tag = Tag::from_wire(random_.draw<7>());
  birth->suite = ack.suite;
  birth->resume = roots.resume.clone();
  birth->control_in = derive_control_key(roots.resume, Direction::client_to_gateway);
  birth->control_out = derive_control_key(roots.resume, Direction::gateway_to_client);
  std::swap(live_, birth);
  use_keys(KeyEpoch{0}, roots.traffic.clone());
  std::swap(live_, birth);
  births_[birth->id.bytes] = std::move(birth);
  out.push_back({source, write_ack(frame->attempt, message, ack.session.bytes)});
}

void ScriptedGateway::on_confirm(const Datagram& datagram, const Endpoint& source, Answers& out) {
  const auto frame = read_confirm(datagram);
  if (!frame || frame->birth_state.size() != 16) return;
  Bytes<16> id;
  std::memcpy(id.data(), frame->birth_state.data(), 16);
  if (live_ && live_->id.bytes == id) return out.push_back({source, live_->done});
  const auto birth = births_.find(id);
  if (birth == births_.end()) return;
  Datagram plain(frame->sealed.size() - kSealTagSize);
  if (!open_control(birth->second->control_in.view(), frame->nonce, frame->aad, frame->sealed,
                    plain)) {
    return;
  }
  const auto message = read_message(plain);
  if (!message || !std::holds_alternative<HandshakeConfirm>(message->body)) return;
  live_ = std::move(birth->second);
  live_->bound = source;
  births_.clear();
  out.push_back(
      say(source,
          HandshakeDone{live_->tag, {}, live_->version, live_->bound_version, source, live_->owner},
          message->number));
  live_->done = out.back().payload;
}

void ScriptedGateway::on_control(const Datagram& datagram, const Endpoint& source, Answers& out) {
  Bytes<kMaxControlSize> plain;
  const std::size_t size = open_datagram(datagram, live_->control_in.view(), plain);
  const auto message = size != 0 ? read_message(ByteView(plain).first(size)) : std::nullopt;
  if (!message || message->session != live_->id) return;
  heard.push_back({*message, source});
  if (message->number == live_->answered) return out.push_back({source, live_->answer});
  if (const auto* request = std::get_if<ReattachRequest>(&message->body)) {
    on_reattach(*message, *request, nullptr, source, out);
  } else if (const auto* confirm = std::get_if<ReattachConfirm>(&message->body)) {
    on_reattach(*message, *confirm, &confirm->token, source, out);
  } else if (const auto* end = std::get_if<Terminate>(&message->body)) {
    if (message->answers.value == 0) {
      out.push_back(say(source, Terminate{end->reason, live_->version}, message->number));
    }
    live_.reset();
  } else {
    on_other(*message, source, out);
  }
}

void ScriptedGateway::on_other(const Message& message, const Endpoint& source, Answers& out) {
  if (std::holds_alternative<PathProbe>(message.body)) {
    const PathChallenge challenge{source, token(source, message.number)};
    if (answers_probes) out.push_back(say(source, challenge, message.number));
  } else if (const auto* response = std::get_if<PathResponse>(&message.body)) {
    responses.push_back(*response);
    if (response->token.number != 0) validated = response->path;
  } else if (const auto* init = std::get_if<RekeyInit>(&message.body)) {
    on_rekey_init(message, *init, source, out);
  } else if (const auto* ack = std::get_if<RekeyAck>(&message.body)) {
    on_rekey_ack(*ack);
  }
}

ReattachChallenge ScriptedGateway::challenge(const Message& message, const Endpoint& source) {
  ReattachChallenge challenge{source, token(source, message.number), live_->owner, {}};
  if (live_->next_owner) {
    challenge.owner = *live_->next_owner;
    challenge.ephemeral = live_->owner_ephemeral->public_key;
  }
  return challenge;
}

void ScriptedGateway::on_reattach(const Message& message, const Reattach& asked,
                                  const PathToken* proof, const Endpoint& source, Answers& out) {
  if (next_reject) {
    out.push_back(say(source, *next_reject, message.number));
    next_reject.reset();
    return;
  }
  if (asked.bound_version != live_->bound_version) {
    const ReattachReject stale{Reason::stale_state_version, shown(live_->version),
                               live_->bound_version, 0};
    return out.push_back(say(source, stale, message.number));
  }
  const bool known = validated == asked.path && proof == nullptr && !live_->next_owner;
  const bool proven =
      known || (proof != nullptr && *proof == token(source, MessageNumber{proof->number}));
  if (!proven && !commits_without_challenge) {
    return out.push_back(say(source, challenge(message, source), message.number));
  }
  if (live_->next_owner) {
    live_->version = {OwnerEpoch{live_->version.owner_epoch.value + 1}, 0};
    live_->number = 0;
    const Key32 shared = *x25519(live_->owner_ephemeral->secret, asked.ephemeral);
    live_->owner = *std::exchange(live_->next_owner, std::nullopt);
    use_keys(KeyEpoch{asked.key_epoch.value + 1},
             derive_owner_root(live_->resume, shared, live_->id, live_->owner,
                               live_->version.owner_epoch));
  }
  if (!bound_already || live_->bound != source) {
    live_->version.sequence += 3;
    live_->bound_version = live_->version;
    live_->bound = source;
  }
  const ReattachAck ack{live_->tag,
                        {},
                        shown(live_->version),
                        live_->bound_version,
                        source,
                        live_->key_epoch,
                        claimed_owner.value_or(live_->owner)};
  out.push_back(say(source, ack, message.number));
  live_->answered = message.number;
  live_->answer = out.back().payload;
}

Addressed ScriptedGateway::terminate(Reason reason) {
  Addressed out = say(live_->bound, Terminate{reason, live_->version});
  live_.reset();
  return out;
}

Addressed ScriptedGateway::path_challenge(std::uint64_t nonce) {
  return say(live_->bound, PathChallenge{live_->bound, PathToken{nonce, 0, {}}});
}

Addressed ScriptedGateway::say_now(const MessageBody& body) {
  return say(live_->bound, body);
}

Addressed ScriptedGateway::notice(const Endpoint& source) {
  return say(source, UnboundNotice{source, token(source, {}), live_->bound_version});
}

}  // namespace jvpn::client
