// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/agent_play.h"

#include "base/ensure.h"
#include "session/core/wire.h"

namespace jvpn::fuzz {
namespace {

using client::Datagram;
using client::World;

Mark attached("attached");
Mark jumped("bound to the other path");
Mark lost("RECOVERING");
Mark ended("TERMINATED");
Mark born_again("another session after an end");
Mark delivered("a packet delivered");
Mark rejected("a reject");
Mark said("any message from the gateway");
Mark fresh_keys("another key epoch");
Mark changed("a changed datagram");
Mark replayed("a replayed datagram");

constexpr std::size_t kMaxSteps = 50;
constexpr Duration kPatience = std::chrono::minutes(3);

std::string text_field(const AuditEvent& event, std::size_t index) {
  return std::get<std::string>(event.fields.at(index).second);
}

/// How many bytes of a datagram towards the client may not be changed: an ACK's birth state may,
/// the client only carries it. What is no good ACK, though it says so, was garbage of an earlier
/// step.
std::size_t authentic_size(ByteView datagram) {
  const auto type = static_cast<WireType>(datagram[0] >> 4);
  if (type != WireType::handshake_ack) return datagram.size();
  const std::optional<AckFrame> ack = read_ack(datagram);
  return datagram.size() - (ack ? ack->birth_state.size() : 0);
}

}  // namespace

AgentPlay::AgentPlay() {
  world_.start();
}

void AgentPlay::run(ByteReader in) {
  for (std::size_t i = 0; i < kMaxSteps && !in.rest().empty(); ++i) {
    const auto op = in.number<std::uint8_t>() % static_cast<std::uint8_t>(AgentOp::count);
    const PathId path{static_cast<std::uint8_t>(in.number<std::uint8_t>() % 2)};
    step(static_cast<AgentOp>(op), {path, in.number<std::uint8_t>()}, in);
    check();
  }
  heal();
  check();
}

void AgentPlay::step(AgentOp op, const Turn& turn, ByteReader& in) {
  const bool odd = turn.value % 2 != 0;
  client::PathState state = turn.path == World::kWifi ? World::wifi_state() : World::lte_state();
  switch (op) {
    case AgentOp::pass:
      return world_.run_for(std::chrono::milliseconds(turn.value * 32));
    case AgentOp::link:
      if (odd) state = {};
      return world_.set_path(turn.path, state);
    case AgentOp::black_hole:
      world_.path_works[turn.path.value] = !odd;
      return;
    case AgentOp::rebind:
      return world_.rebind_nat(turn.path);
    case AgentOp::weather:
      world_.weather = [copies = turn.value % 4u](auto, auto, const Datagram&) {
        return copies == 3 ? 1u : copies;
      };
      return;
    case AgentOp::send:
      world_.send_inner(turn.value);
      return;
    case AgentOp::replay:
    case AgentOp::change:
    case AgentOp::garbage:
      return attack(op, turn, in);
    default:
      if (world_.gateway.has_session()) step_of_gateway(op, turn, in);
  }
}

void AgentPlay::step_of_gateway(AgentOp op, const Turn& turn, ByteReader& in) {
  switch (op) {
    case AgentOp::data:
      return send_data();
    case AgentOp::notice:
      return world_.send_down(world_.gateway.notice(world_.source_of(turn.path)));
    case AgentOp::path_challenge:
      return world_.send_down(world_.gateway.path_challenge(turn.value));
    case AgentOp::terminate:
      return world_.send_down(world_.gateway.terminate(Reason::operator_terminated));
    case AgentOp::say:
      return say(turn, in);
    case AgentOp::rekey:
      return world_.send_down(world_.gateway.rekey());
    case AgentOp::cookies:
      world_.gateway.demands_cookies = turn.value % 2 != 0;
      return;
    case AgentOp::move:
      return world_.gateway.move_to({turn.value, 1});
    case AgentOp::reject:
      world_.gateway.next_reject =
          ReattachReject{static_cast<Reason>(turn.value), world_.gateway.version(), {}, 100};
      return;
    default:
      return world_.gateway.restart();
  }
}

/// A message of any kind with any body that can be read.
void AgentPlay::say(const Turn& turn, ByteReader& in) {
  Bytes<kMessagePrefixSize> prefix{};
  const bool reattach = turn.value >= 3 && turn.value <= 8;
  ByteWriter(prefix)
      .number(std::uint32_t{1})
      .number(std::uint8_t(reattach ? 1 : 2))
      .number(turn.value);
  Datagram plain(prefix.begin(), prefix.end());
  const std::size_t size = in.number<std::uint8_t>();
  const ByteView body = in.view(std::min(size, in.rest().size()));
  plain.insert(plain.end(), body.begin(), body.end());
  const std::optional<Message> message = read_message(plain);
  if (said.hit_if(message.has_value())) world_.send_down(world_.gateway.say_now(message->body));
}

/// A packet that no other is equal to.
void AgentPlay::send_data() {
  Datagram inner = World::inner_packet("10.99.0.2", "10.77.0.2", 7);
  store(inner.data() + 40, BigEndian<std::uint32_t>(++serial_));
  world_.send_down(world_.gateway.data(inner));
}

void AgentPlay::attack(AgentOp op, const Turn& turn, ByteReader& in) {
  const Endpoint stranger = *parse_endpoint("203.0.113.66:6666");
  if (op == AgentOp::garbage) {
    const ByteView bytes = in.view(std::min<std::size_t>(turn.value, in.rest().size()));
    return world_.inject(turn.path, stranger, {bytes.begin(), bytes.end()});
  }
  if (world_.received.empty()) return;
  if (op == AgentOp::change) return change(turn, in);
  replayed.hit();
  world_.inject(turn.path, stranger, world_.received[turn.value % world_.received.size()]);
}

/// One bit of something genuine is flipped: nothing may change.
void AgentPlay::change(const Turn& turn, ByteReader& in) {
  Datagram altered = world_.received[turn.value % world_.received.size()];
  if (altered.empty()) return;
  flip_one_bit(in, ByteSpan(altered).first(authentic_size(altered)));
  const std::string before = picture();
  world_.inject(turn.path, *parse_endpoint("203.0.113.1:51820"), altered);
  world_.received.pop_back();
  ensure(picture() == before, "what was tampered with changes nothing");
  changed.hit();
}

void AgentPlay::heal() {
  world_.weather = [](auto, auto, const Datagram&) { return 1u; };
  world_.path_works = {{0, true}, {1, true}};
  world_.gateway.next_reject.reset();
  world_.gateway.demands_cookies = false;
  world_.set_path(World::kWifi, World::wifi_state());
  world_.set_path(World::kLte, World::lte_state());
  const bool found = world_.run_until(
      [this] {
        return world_.is_attached() && world_.gateway.has_session() &&
               world_.gateway.session_id() == world_.agent.status().session;
      },
      kPatience);
  ensure(found, "once the faults are over, client and gateway find each other");
}

void AgentPlay::check() {
  check_nonces();
  check_states();
  for (; delivered_seen_ < world_.delivered.size(); ++delivered_seen_) {
    ensure(++delivered_[world_.delivered[delivered_seen_]] == 1, "I14: delivered at most once");
    delivered.hit();
  }
  const client::Status status = world_.agent.status();
  fresh_keys.hit_if(world_.gateway.has_session() && world_.gateway.key_epoch() > KeyEpoch{0});
  attached.hit_if(status.state == State::attached);
  jumped.hit_if(status.state == State::attached && status.bound.path == World::kLte);
  if (rejecting_) rejected.hit_if(!world_.gateway.next_reject);
  rejecting_ = world_.gateway.next_reject.has_value();
}

/// I13: no (receiver, key epoch, counter) seals two different packets.
void AgentPlay::check_nonces() {
  for (; sent_seen_ < world_.sent.size(); ++sent_seen_) {
    const Datagram& datagram = world_.sent[sent_seen_].second.payload;
    if (static_cast<WireType>(datagram[0] >> 4) != WireType::data) continue;
    const auto [first, is_new] = sealed_.try_emplace(load<Bytes<16>>(datagram.data()), datagram);
    ensure(is_new || first->second == datagram, "I13: a counter is used once");
  }
}

void AgentPlay::check_states() {
  for (; events_seen_ < world_.events.size(); ++events_seen_) {
    const AuditEvent& event = world_.events[events_seen_];
    if (event.type != "SessionStateChange") continue;
    const bool begins = state_.empty() || state_ == "TERMINATED";
    ensure(text_field(event, 0) == (begins ? "BIRTH" : state_), "I5: the chain has no gap");
    ensure(event.reason != Reason::none, "each transition has its reason");
    born_again.hit_if(state_ == "TERMINATED");
    state_ = text_field(event, 1);
    lost.hit_if(state_ == "RECOVERING");
    ended.hit_if(state_ == "TERMINATED");
  }
}

/// Everything that must not change by forgeries.
std::string AgentPlay::picture() const {
  const client::Status status = world_.agent.status();
  return std::string(to_string(status.state)) + to_string(status.session) +
         to_string(status.version) + to_string(status.bound_version) +
         to_string(status.bound.source) + to_string(status.observed) +
         std::to_string(world_.events.size()) + " " + std::to_string(world_.sent.size()) + " " +
         std::to_string(world_.delivered.size()) + " " + std::to_string(world_.tunnels.size());
}

}  // namespace jvpn::fuzz
