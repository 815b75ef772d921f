// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/adopt.h"

#include <algorithm>

#include "base/ensure.h"
#include "control/advance.h"
#include "control/events.h"
#include "control/limits.h"
#include "control/outbox.h"
#include "control/ownership/asking.h"
#include "control/ownership/load.h"
#include "control/ownership/owner_keys.h"
#include "control/ownership/pursuit.h"
#include "control/ownership/session_store.h"
#include "control/ownership/watch.h"
#include "control/records/store_keys.h"

namespace jvpn {
namespace {

Duration ms(std::uint64_t count) {
  constexpr std::uint64_t kMost = 1'000'000'000'000;  // some thirty years
  return std::chrono::milliseconds(std::min(count, kMost));
}

/// How much older a session is than its record says, in milliseconds.
struct Growth {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

/// Up to its owner's last sign of life, and while we watched since; but the record may have been
/// written for that owner when it was silent already. Time in which no node ran is not counted.
Growth growth_of(const Step& step, const SessionRecord& record) {
  const auto watched = step.node.cluster.watches.find(record.owner.node);
  if (watched == step.node.cluster.watches.end() || !watched->second.renewal) return {};
  const auto renewal = read_renewal_record(*watched->second.renewal);
  if (!renewal || renewal->incarnation != record.owner.incarnation) return {};
  // kUnknownTick is behind every renewal: no time is known to have passed.
  const std::uint64_t run = renewal->tick_ms - std::min(renewal->tick_ms, record.tick_ms);
  return {run, run + static_cast<std::uint64_t>(to_ms(step.now - watched->second.unchanged_since))};
}

MoveAges grown(const MoveAges& ages, std::uint64_t by_ms) {
  const auto minute = static_cast<std::uint64_t>(to_ms(kSwitchAccountingWindow));
  MoveAges older;
  for (const std::uint16_t age : ages) {
    if (age + by_ms < minute) older.push_back(static_cast<std::uint16_t>(age + by_ms));
  }
  return older;
}

Binding last_binding_of(const SessionRecord& record) {
  Binding last{record.last_source, record.last_underlay, std::nullopt, {}};
  if (record.last_path_known) last.path = record.last_path;
  return last;
}

/// The underlay by which to reach `to`: the named one if it can. The number is of the node that
/// wrote the record, as it was configured then: ours may have no such port.
std::optional<std::uint8_t> underlay_towards(const ControlConfig& config, const IpAddress& to,
                                             std::uint8_t named) {
  const auto reaches = [&](const Underlay& port) { return to.is_v4() ? port.v4 : port.v6; };
  const std::vector<Underlay>& ports = config.underlays;
  if (named < ports.size() && reaches(ports[named])) return named;
  const auto other = std::ranges::find_if(ports, reaches);
  if (other == ports.end()) return std::nullopt;
  return static_cast<std::uint8_t>(other - ports.begin());
}

MoveHistory history_of(const SessionRecord& record, Instant written) {
  MoveHistory history;
  for (const std::uint16_t age : record.jumps) history.jumps.push_back(written - ms(age));
  for (const std::uint16_t age : record.rebinds) history.rebinds.push_back(written - ms(age));
  if (record.moved_ms != kNeverMoved) history.last_jump = written - ms(record.moved_ms);
  return history;
}

std::unique_ptr<Session> session_of(const Step& step, const Peer& peer, const SessionRecord& record,
                                    Instant written) {
  auto session = std::make_unique<Session>();
  session->id = record.id;
  session->config = peer.config;
  session->client_tag = record.client_tag;
  session->suite = record.suite;
  session->born = written - ms(record.age_ms);
  session->origin = network_of(record.last_source.address);
  session->state = record.inherited;
  session->version = {record.version.owner_epoch, 0};
  session->binding.set_lost(last_binding_of(record));
  session->bound_version = record.bound_version;
  session->unbound_since = written - ms(record.unbound_ms);
  session->switches.restore(history_of(record, written));
  session->total_switches = record.total_switches;
  session->client_epoch = record.reattach_epoch;
  session->reattach.seen = record.reattach.value;
  session->decided = record.reattach;
  session->policies.stretch = Stretch::of(step.node.stretch);
  session->calls_left = kMaxCalls;
  session->call_at = step.now;
  session->acquired_at = step.now;
  return session;
}

}  // namespace

SessionRecord handed_to(const Step& step, SessionRecord record, const Owner& owner) {
  const Growth by = growth_of(step, record);
  record.attempt = draw_attempt(step);
  record.owner = owner;
  record.state = State::recovering;
  record.reason = Reason::owner_acquired;
  record.version = {OwnerEpoch{record.version.owner_epoch.value + 1}, 1};
  record.tag = Tag{};
  const bool ours = owner == step.node.owner();
  // Two machines' clocks have nothing to do with each other.
  record.tick_ms = ours ? static_cast<std::uint64_t>(to_ms(step.now - Instant{0})) : kUnknownTick;
  record.age_ms += by.most;
  if (record.unbound_ms != 0) record.unbound_ms += by.most;
  // Believed to be older than they are, jumps would no longer count.
  if (record.moved_ms != kNeverMoved) record.moved_ms += by.least;
  record.jumps = grown(record.jumps, by.least);
  record.rebinds = grown(record.rebinds, by.least);
  return record;
}

void adopt(const Step& step, const StoreValue& value, const SessionRecord& record) {
  const StoreKey key = session_key(record.id);
  const std::uint8_t from = record.owner.node;
  SessionRecord stored = record;
  stored.inherited = record.state;
  const SessionRecord ours = handed_to(step, std::move(stored), step.node.owner());
  StoreTransaction change{0, {{key, value}, life_holds(step)}, {{key, write_session_record(ours)}}};
  // What we saw of its life may be old: by now another one may serve the session.
  if (from != step.node.config.node) change.compares.push_back(life_as_seen(step, from));
  step.node.cluster.adopting.insert(record.id);
  Errand errand(AskedFor::adopt, record.id, record.peer);
  errand.node = from;
  ask(step, errand, std::move(change));
}

void take_in(const Step& step, const StoreValue& value, Instant written) {
  const auto record = read_session_record(value);
  ensure(record.has_value(), "only records that were understood are taken in");
  Peer* peer = step.node.peers.find(record->peer);
  if (peer == nullptr) return step.count("unknown_peer");
  if (step.node.sessions.find(record->id) != nullptr) return;
  auto seal = control_seal_key(step.node, record->resume, record->id);
  if (!seal) return step.count("resume_root_not_opened");
  Session& session = step.node.sessions.add(session_of(step, *peer, *record, written));
  session.seal_key = std::move(*seal);
  session.stored = value;
  peer->session = session.id;
  advance(step, session, Event::owner_acquired);
  write_event(step, session, "OwnerAcquired", Reason::owner_acquired,
              {{"node", std::int64_t{step.node.config.node}}});
  step.node.sessions.schedule(session, step.now);
}

void finish_adoption(const Step& step, const Settled& settled) {
  step.node.cluster.adopting.erase(settled.errand.session);
  if (settled.applied()) {
    const auto record = read_session_record(settled.written);
    ensure(record.has_value(), "we wrote it");
    take_in(step, settled.written, Instant{0} + ms(record->tick_ms));
  } else {
    step.count("adoption_refused");
    look_anew(step, settled.errand.node);
  }
  on_adoption_settled(step, settled);
  load_more(step);
}

void call_client(const Step& step, Session& session) {
  session.call_at = Instant::never();
  if (session.binding || session.calls_left == 0 || session.binding.last().source.is_unset())
    return;
  --session.calls_left;
  if (session.calls_left != 0) session.call_at = step.now + kCallInterval;
  Route route = along(session.binding.last());
  const auto underlay = underlay_towards(step.node.config, route.to.address, route.underlay);
  if (!underlay) return step.count("call_without_underlay");
  route.underlay = *underlay;
  send(step, session, route, Call{});
}

}  // namespace jvpn
