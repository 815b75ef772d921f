// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/checkers.h"

#include <cstdio>

#include "session/core/wire.h"

namespace jvpn::sim {
namespace {

bool is_a(WireType type, ByteView datagram) {
  return !datagram.empty() && static_cast<WireType>(datagram[0] >> 4) == type;
}

bool is_data(ByteView datagram) {
  return datagram.size() >= sizeof(DataHeader) && is_a(WireType::data, datagram);
}

Tag receiver_of(ByteView datagram) {
  return Tag::from_wire(load<WirePrefix>(datagram.data()).tag);
}

/// `now`: the world's time; the event's own is that of the node's clock.
void print(const std::string& who, const AuditEvent& event, Instant now) {
  std::printf("%10.3f s  %-9s %s %s %s %s", static_cast<double>(now.ns) * 1e-9, who.c_str(),
              to_string(event.session).substr(0, 8).c_str(), to_string(event.version).c_str(),
              std::string(event.type).c_str(), std::string(to_string(event.reason)).c_str());
  for (const auto& [key, value] : event.fields) {
    std::printf(" %s=%s", std::string(key).c_str(), text_of(value).c_str());
  }
  std::printf("\n");
}

}  // namespace

Checkers::Checkers(const World& world, const Policy& policy)
    : breaches(world),
      versions(breaches),
      deadlines(breaches, policy),
      bindings(breaches, policy),
      amplification(breaches),
      nonces(breaches),
      deliveries(breaches),
      ownership(breaches),
      serving(breaches),
      leases(breaches),
      fates(breaches),
      replays(breaches),
      bounds(breaches),
      world_(world) {}

void Checkers::received(std::size_t, const Endpoint& source, ByteView datagram) {
  amplification.received(source, datagram.size());
}

void Checkers::sent(std::size_t node, const Endpoint& destination, ByteView datagram, Instant now) {
  amplification.sent(destination, datagram.size());
  if (is_a(WireType::handshake_ack, datagram)) bindings.acked(node, destination, now);
  if (!is_data(datagram)) return bindings.asked(node, destination, now);
  const Tag client = receiver_of(datagram);
  bindings.data_sent(node, client, destination);
  serving.acted(node, "data sent", now);
  served(node, bindings.view_for_client(node, client));
  const std::uint8_t epoch = load<WirePrefix>(datagram.data()).low();
  const auto key = downlink_keys_.find({client, epoch});
  if (key == downlink_keys_.end()) return breaches.add("I13", "data sealed under no known key");
  nonces.sealed(key->second, datagram);
}

void Checkers::keyed(const SessionView& view, KeyEpoch epoch, const TrafficKey& downlink) {
  const auto low = static_cast<std::uint8_t>(epoch.value & 0xf);
  downlink_keys_[{view.client_tag, low}] =
      fingerprint(downlink.iv, fingerprint(downlink.key.view()));
}

void Checkers::installed(std::size_t node, const InstallSession& session, When when) {
  keyed(session.view, session.view.key_epoch, session.downlink);
  ownership.installed(session.view);
  note_binding(node, session.tag, session.view, when);
}

void Checkers::staged(std::size_t node, const StageKeys& keys) {
  if (const SessionView* view = bindings.view(node, keys.tag)) {
    keyed(*view, keys.key_epoch, keys.downlink);
  }
}

void Checkers::published(std::size_t node, const PublishView& change, When when) {
  note_binding(node, change.tag, change.view, when);
}

void Checkers::note_binding(std::size_t node, Tag tag, const SessionView& view, When when) {
  bindings.published(node, tag, view, when);
  ownership.published(node, view);
  if (view.has_binding()) amplification.proven(view.bound);
  if (view.has_binding()) serving.acted(node, "a binding published", when.now);
  const auto id = ids_.find({node, tag});
  if (id != ids_.end()) deadlines.unbound(node, id->second, !view.has_binding(), when.now);
}

void Checkers::named(std::size_t node, Tag tag, const SessionId& id) {
  ids_[{node, tag}] = id;
}

void Checkers::removed(std::size_t node, Tag tag, Instant now) {
  bindings.removed(node, tag, now);
  const auto id = ids_.find({node, tag});
  if (id == ids_.end()) return;
  deadlines.settled(id->second);
  ids_.erase(id);
}

void Checkers::audited(std::size_t node, const AuditEvent& event) {
  if (tell) print("gateway " + std::to_string(node), event, world_.now());
  versions.see(node, event);
  wanderings.see(event);
  deadlines.see(node, event, leases.enforced ? world_.now() : event.at);
  coverage.see(Side::gateway, event, faults.at_work(world_.now()));
  if (event.type == "TransportSwitch") ++jumps;
  if (event.type == "SessionStateChange") serving.acted(node, "a transition", event.at);
}

void Checkers::delivered_up(std::size_t node, Tag tag, const Endpoint& source, Instant now) {
  bindings.delivered(node, tag, source, now);
  serving.acted(node, "data delivered", now);
  served(node, bindings.view(node, tag));
}

void Checkers::served(std::size_t node, const SessionView* view) {
  if (view != nullptr) ownership.served(*view);
  leases.serves(static_cast<std::uint8_t>(node + 1), world_.now());
}

void Checkers::crashed(std::size_t node, bool remembers) {
  bindings.forgotten_by(node);
  serving.forgotten_by(node);
  deadlines.forgotten_by(node);
  std::erase_if(ids_, [&](const auto& entry) { return entry.first.first == node; });
  if (!remembers) versions.forgotten_by(node);
}

void Checkers::client_sent(std::size_t device, const SessionId& session, ByteView datagram) {
  if (!is_data(datagram)) return;
  const std::uint64_t key =
      fingerprint(datagram.first(sizeof(WirePrefix)), fingerprint(session.bytes, device));
  nonces.sealed(key, datagram);
}

void Checkers::client_audited(const AuditEvent& event) {
  if (tell) print("client", event, world_.now());
  coverage.see(Side::client, event, faults.at_work(world_.now()));
}

}  // namespace jvpn::sim
