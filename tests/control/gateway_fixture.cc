// SPDX-License-Identifier: Apache-2.0
#include "tests/control/gateway_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "control/records/store_keys.h"
#include "session/core/control_datagram.h"

namespace jvpn::test {

Endpoint endpoint(const char* text) {
  return parse_endpoint(text).value();
}

Key32 key_of(std::uint8_t fill) {
  Bytes<32> bytes;
  bytes.fill(fill);
  return Key32::take(bytes);
}

KeyPair peer_key(std::size_t n) {
  return KeyPair::from_secret(key_of(static_cast<std::uint8_t>(100 + n)));
}

FakeGateway::FakeGateway(Configured from, Instant start)
    : now(start),
      setup(std::move(from)),
      random(setup.seed),
      store(setup.store != nullptr ? *setup.store : own_store),
      core(configure(), recorded_random, recorded_slots) {
  slots.node = setup.node;
  feed(StartInput{});
}

FakeGateway::~FakeGateway() {
  const ReplayReport flight = replay(tape_bytes, [this](RandomSource&) { return configure(); });
  EXPECT_TRUE(flight.same()) << "the same inputs gave another audit: " << flight.parted;
  EXPECT_EQ(flight.events, audit.size());
}

bool FakeGateway::feed(const CoreInput& input) {
  tape.input(input, now);
  Actions actions;
  const bool known = jvpn::feed(core, input, now, actions);
  last_actions = actions.size();
  carry_out(actions);
  return known;
}

ControlConfig FakeGateway::configure() const {
  ControlConfig config;
  config.node = setup.node;
  config.incarnation = setup.incarnation;
  config.lease = setup.lease;
  config.cluster.ticket = key_of(21);
  config.cluster.store = key_of(22);
  config.workers = 2;
  config.key = KeyPair::from_secret(key_of(7));
  config.underlays = setup.underlays;
  config.policy = setup.policy;
  config.dns[0] = setup.dns;
  for (std::size_t n = 0; n < setup.peers; ++n) {
    PeerConfig peer;
    peer.name = "peer" + std::to_string(n);
    peer.key = peer_key(n).public_key;
    peer.inner_v4 = IpAddress::v4({10, 77, 0, static_cast<std::uint8_t>(2 + n)});
    peer.suite = setup.suite;
    peer.psk = setup.psk.clone();
    peer.next_psk = setup.next_psk.clone();
    peer.psk_required = setup.psk_required;
    config.peers.push_back(std::move(peer));
  }
  return config;
}

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

void FakeGateway::answer_reads() {
  for (const StoreRead& read : std::exchange(reads, {})) {
    if (store_reachable) {
      store.begin(read);
      for (const StoreReply& reply : store.take_replies()) feed(StoreInput{reply});
    } else {
      feed(StoreInput{{read.ticket, StoreOutcome::unavailable, {}}});
    }
  }
}

void FakeGateway::carry_out(Actions& actions) {
  for (Action& action : actions) {
    std::visit([this](auto& one) { perform(one); }, action);
  }
  if (auto_read) answer_reads();
  while (auto_commit && !asked.empty()) {
    settle(store_reachable ? StoreOutcome::applied : StoreOutcome::unavailable, store_reachable);
  }
}

void FakeGateway::perform(InstallSession& action) {
  ++installed;
  views[action.tag] = action.view;
  control_keys[action.tag] = action.control_open.clone();
  installs.push_back(std::move(action));
  key_epochs[action.tag] = action.view.key_epoch;
}

void FakeGateway::perform(StageKeys& action) {
  EXPECT_TRUE(slots.has_keys(action.tag)) << "staged keys have room reserved";
  EXPECT_EQ(action.suite, views.at(action.tag).suite);
  EXPECT_TRUE(staged.emplace(action.tag, std::move(action)).second) << "one rekey at a time";
}

void FakeGateway::perform(RetireKeys& action) {
  EXPECT_EQ(staged.at(action.tag).key_epoch, action.key_epoch);
  key_epochs[action.tag] = action.key_epoch;
  staged.erase(action.tag);
  slots.free_keys(action.tag);
}

void FakeGateway::perform(DropStagedKeys& action) {
  staged.erase(action.tag);
  slots.free_keys(action.tag);
}

void FakeGateway::perform(RemoveSession& action) {
  staged.erase(action.tag);
  key_epochs.erase(action.tag);
  views.erase(action.tag);
  control_keys.erase(action.tag);
  slots.free(action.tag);
}

std::vector<std::string> FakeGateway::event_types() const {
  std::vector<std::string> types;
  for (const AuditEvent& event : audit) types.emplace_back(event.type);
  return types;
}

std::vector<AuditEvent> FakeGateway::events(std::string_view type) const {
  std::vector<AuditEvent> found;
  std::ranges::copy_if(audit, std::back_inserter(found),
                       [&](const AuditEvent& event) { return event.type == type; });
  return found;
}

std::vector<std::string> FakeGateway::transitions() const {
  std::vector<std::string> lines;
  for (const AuditEvent& event : events("SessionStateChange")) {
    lines.push_back(field(event, "previous_state") + "->" + field(event, "new_state") + " " +
                    std::string(to_string(event.reason)) + " " + to_string(event.version));
  }
  return lines;
}

std::uint64_t FakeGateway::counter(std::string_view name) const {
  for (const auto& [counted, value] : core.counters()) {
    if (counted == name) return value;
  }
  return 0;
}

SessionInfo FakeGateway::session() const {
  return core.sessions(now).at(0);
}

SessionRecord FakeGateway::wanted(std::size_t n) const {
  return read_session_record(asked.at(n).writes.at(0).value.value()).value();
}

std::size_t FakeGateway::stored_sessions() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      store.content(), [](const auto& entry) { return entry.first.starts_with(kSessionKeys); }));
}

std::string FakeGateway::picture() const {
  std::string text;
  for (const SessionInfo& info : core.sessions(now)) {
    text += to_string(info.id) + " " + std::string(to_string(info.state)) + " " +
            to_string(info.version) + " " + to_string(info.bound_version) + " " +
            to_string(info.bound) + " " + std::to_string(info.total_switches) + "\n";
  }
  for (const auto& [tag, view] : views) {
    text += std::to_string(tag.value()) + " " + to_string(view.version) + " " +
            to_string(view.bound) + " " + to_string(view.draining) + " " +
            std::to_string(view.drain_until.ns) + "\n";
  }
  for (const AuditEvent& event : audit) {
    if (event.type != "SecurityReplayDetected") text += as_text(event) + "\n";
  }
  return text + std::to_string(installed) + " " + std::to_string(stored_sessions());
}

std::string field(const AuditEvent& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key != name) continue;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<double>(&value)) return std::to_string(*number);
    return std::to_string(std::get<std::int64_t>(value));
  }
  return "";
}

std::string as_text(const AuditEvent& event) {
  std::string text = std::to_string(event.at.ns) + " " + std::string(event.type) + " " +
                     std::string(to_string(event.reason)) + " " + to_string(event.session) + " " +
                     to_string(event.version);
  for (const auto& [name, value] : event.fields) {
    text += " " + std::string(name) + "=" + field(event, name);
  }
  return text;
}

}  // namespace jvpn::test
