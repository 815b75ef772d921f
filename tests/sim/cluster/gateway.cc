// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/cluster/gateway.h"

#include "session/core/wire.h"
#include "tests/sim/world/inner_packet.h"

namespace jvpn::sim {
namespace {

constexpr std::size_t kSocketBuffer = 256;  ///< datagrams that wait for a process that stands still

ControlConfig configure(const GatewaySetup& setup, std::uint64_t incarnation) {
  ControlConfig config;
  config.node = static_cast<std::uint8_t>(setup.index + 1);
  config.incarnation = incarnation;
  config.key = KeyPair::from_secret(setup.key.clone());
  config.policy = setup.policy;
  config.underlays = setup.underlays;
  if (setup.cluster) {
    config.cluster.ticket = derive(setup.cluster->view(), "ticket");
    config.cluster.store = derive(setup.cluster->view(), "store");
    config.lease.emplace();
  }
  for (const PeerPlan& plan : setup.peers) {
    PeerConfig peer;
    peer.name = "peer-" + std::to_string(config.peers.size());
    peer.key = plan.key;
    peer.inner_v4 = plan.inner;
    config.peers.push_back(std::move(peer));
  }
  return config;
}

TableShape shape_of(const GatewaySetup& setup) {
  return {.slots = setup.slots, .readers = 1, .node = static_cast<std::uint8_t>(setup.index + 1)};
}

}  // namespace

Gateway::Gateway(const GatewaySetup& setup, Surroundings around, Life life)
    : around_(around),
      node_(setup.index),
      slots_(setup.slots),
      sample_every_(setup.sample_every),
      canary_(setup.canary),
      clock_(life.clock),
      random_(life.seed),
      plane_(around.engine, shape_of(setup), life.seed, plane_handlers()),
      store_(std::move(life.store)),
      audit_({std::to_string(setup.index + 1), OwnerEpoch{1}, setup.policy.version}, {},
             [this](std::string_view line) { return audit_text_ += line, true; }),
      core_(configure(setup, life.seed), random_, *this),
      alarm_(around.world, [this] { step(); }) {
  Actions actions;
  core_.start(now(), actions);
  carry_out(actions);
}

Gateway::~Gateway() = default;

Plane::Handlers Gateway::plane_handlers() {
  return {.deliver = [this](Tag tag, const Endpoint& source,
                            ByteView inner) { deliver(tag, source, inner); },
          .unbound =
              [this](Tag tag, const Endpoint& source, std::size_t size) {
                Actions actions;
                core_.on_unbound(tag, {source, arrived_by_, size}, now(), actions);
                carry_out(actions);
              },
          .sealed =
              [this](ByteView inner) {
                if (const auto number = read_number(inner)) {
                  around_.checkers.deliveries.sealed(*number);
                }
              },
          .send =
              [this](std::uint8_t underlay, const Endpoint& to, Datagram datagram) {
                SendDatagram send{underlay, to, std::move(datagram)};
                perform(send);
              }};
}

std::optional<Tag> Gateway::reserve(std::uint8_t worker) {
  return plane_.table().reserve(worker);
}
void Gateway::release(Tag tag) {
  plane_.table().release(tag);
}

bool Gateway::reserve_keys(Tag tag) {
  return plane_.table().reserve_keys(tag);
}

void Gateway::receive(std::uint8_t underlay, const Endpoint& source, Datagram datagram) {
  if (!paused_) return take(underlay, source, std::move(datagram));
  if (waiting_.size() < kSocketBuffer) waiting_.push_back({underlay, source, std::move(datagram)});
}

void Gateway::take(std::uint8_t underlay, const Endpoint& source, Datagram datagram) {
  if (datagram.size() < sizeof(WirePrefix)) return;
  Checkers& checkers = around_.checkers;
  checkers.received(node_, source, datagram);
  arrived_by_ = underlay;
  tell_load();
  const bool is_spent = checkers.replays.is_spent(datagram);
  const std::uint64_t digest = is_spent ? digest_of(sessions()) : 0;
  const std::uint64_t effects = effects_;
  const Arrival from{source, underlay, datagram.size()};
  Actions actions;
  switch (static_cast<WireType>(datagram[0] >> 4)) {
    case WireType::handshake_init:
    case WireType::handshake_confirm:
      core_.on_handshake(datagram, from, now(), actions);
      break;
    case WireType::control:
    case WireType::ticketed:
      take_control(datagram, from, actions);
      break;
    case WireType::data:
      plane_.receive_data(source, Datagram(datagram), now());
      if (canary_) {
        plane_.forget_window(Tag::from_wire(load<WirePrefix>(datagram.data()).tag));
        plane_.receive_data(source, Datagram(datagram), now());
      }
      break;
    default:
      break;
  }
  checkers.bounds.acted(actions.size());
  carry_out(actions);
  if (is_spent) {
    checkers.replays.compare(digest, digest_of(sessions()), datagram);
  } else if (effects_ != effects) {
    checkers.replays.spend(datagram);
  }
}

void Gateway::take_control(ByteView datagram, const Arrival& from, Actions& actions) {
  const Tag tag = Tag::from_wire(load<WirePrefix>(datagram.data()).tag);
  if (const auto plain = plane_.open_control(datagram)) {
    core_.on_control(tag, *plain, from, now(), actions);
  } else if (static_cast<WireType>(datagram[0] >> 4) == WireType::ticketed) {
    core_.on_ticketed(datagram, from, now(), actions);
  } else {
    core_.on_dead_tag(tag, from, now(), actions);
  }
}

void Gateway::deliver(Tag tag, const Endpoint& source, ByteView inner) {
  ++effects_;
  const auto number = read_number(inner);
  if (!number) return;
  Checkers& checkers = around_.checkers;
  checkers.delivered_up(node_, tag, source, now());
  checkers.deliveries.delivered(*number);
  if (!number->uplink) checkers.deliveries.misdelivered(*number);
}

void Gateway::store_answered() {
  if (paused_) return;
  Actions none;
  carry_out(none);
}

/// Deadlines, health, what a worker's turn would do.
void Gateway::step() {
  if (paused_) return;
  plane_.turn(now());
  Actions actions;
  if (now() >= next_sample_) {
    next_sample_ = now() + sample_every_;
    for (const Tag tag : core_.live_tags()) {
      core_.on_health(tag, plane_.health(tag), now(), actions);
    }
  }
  core_.on_tick(now(), actions);
  carry_out(actions);
  around_.checkers.fates.add_up(plane_.fates());
  if (unanswered_ > 0) owed_ = around_.world.now();
  if (!is_store_late()) around_.checkers.deadlines.stepped(node_, now());
}

void Gateway::plan() {
  const Instant due =
      by_inner_.empty() ? core_.next_deadline() : std::min(core_.next_deadline(), next_sample_);
  // What is due now and could not be done waits for the next beat of the control loop.
  if (due != Instant::never()) alarm_.set(std::max(clock_.when(due), around_.world.now() + 1ms));
}

bool Gateway::send_numbered(const IpAddress& inner, const PacketNumber& number) {
  const auto found = by_inner_.find(inner);
  if (paused_ || found == by_inner_.end()) return false;
  Bytes<kInnerPacketSize> packet;
  write_numbered(server_address(), inner, number, packet);
  return plane_.send(found->second, packet, now());
}

std::vector<SessionInfo> Gateway::sessions() const {
  return core_.sessions(now());
}

}  // namespace jvpn::sim
