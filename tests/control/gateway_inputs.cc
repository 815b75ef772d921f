// SPDX-License-Identifier: Apache-2.0
// What tests say to a FakeGateway.
#include "session/core/control_datagram.h"
#include "tests/control/gateway_fixture.h"

namespace jvpn::test {

void FakeGateway::handshake(ByteView datagram, const Endpoint& source) {
  feed(HandshakeInput{datagram, {source, 0, datagram.size()}});
}

bool FakeGateway::control(ByteView datagram, const Endpoint& source) {
  const Tag tag = Tag::from_wire(load<WirePrefix>(datagram.data()).tag);
  const auto key = control_keys.find(tag);
  std::vector<std::uint8_t> plain(datagram.size());
  const std::size_t size =
      key == control_keys.end() ? 0 : open_datagram(datagram, key->second.view(), plain);
  const Arrival from{source, 0, datagram.size()};
  if (size == 0) {
    feed(DeadTagInput{tag, from});
  } else {
    feed(ControlInput{tag, ByteView(plain).first(size), from});
  }
  return size != 0;
}

void FakeGateway::ticketed(ByteView datagram, const Endpoint& source) {
  feed(TicketedInput{datagram, {source, 0, datagram.size()}});
}

void FakeGateway::drain(const Endpoint& where) {
  feed(DrainInput{{where}});
}

void FakeGateway::unbound(Tag tag, const Endpoint& source, std::size_t size) {
  feed(UnboundInput{tag, {source, 0, size}});
}

void FakeGateway::health(Tag tag, const HealthReport& report) {
  feed(HealthInput{tag, report});
}

void FakeGateway::healthy(Tag tag, Duration age) {
  HealthReport report;
  report.bound_version = views.at(tag).bound_version;
  report.evidence_at = now - age;
  report.key_epoch = report.opened_key_epoch = key_epochs.at(tag);
  health(tag, report);
}

void FakeGateway::pass(Duration time) {
  now = now + time;
  feed(TickInput{});
}

bool FakeGateway::terminate(const SessionId& id) {
  return feed(OperatorTerminateInput{id});
}

void FakeGateway::shutdown() {
  feed(ShutdownInput{});
}

void FakeGateway::settle(StoreOutcome outcome, bool apply) {
  for (const StoreTransaction& transaction : std::exchange(asked, {})) {
    StoreReply reply{transaction.ticket, outcome, {}};
    if (apply) store.begin(transaction);
    for (const StoreReply& done : store.take_replies()) {
      if (outcome == StoreOutcome::applied) reply = done;
    }
    feed(StoreInput{reply});
  }
}

std::vector<StoreReply> FakeGateway::take_answers() {
  for (const StoreTransaction& transaction : std::exchange(asked, {})) store.begin(transaction);
  for (const StoreRead& read : std::exchange(reads, {})) store.begin(read);
  return store.take_replies();
}

void FakeGateway::hear(const std::vector<StoreReply>& answers) {
  for (const StoreReply& reply : answers) feed(StoreInput{reply});
}

}  // namespace jvpn::test
