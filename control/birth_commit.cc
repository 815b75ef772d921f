// SPDX-License-Identifier: Apache-2.0
#include "base/ensure.h"
#include "control/advance.h"
#include "control/birth.h"
#include "control/events.h"
#include "control/live_policy.h"
#include "control/outbox.h"
#include "control/ownership/asking.h"
#include "control/ownership/session_store.h"
#include "control/ownership/takeover.h"
#include "control/records/node_records.h"
#include "control/records/store_keys.h"

namespace jvpn {
namespace {

std::unique_ptr<Session> make_session(const Step& step, const Peer& peer,
                                      const PendingBirth& pending) {
  const BirthState& birth = pending.birth;
  auto session = std::make_unique<Session>();
  session->id = birth.session;
  session->config = peer.config;
  session->birth = birth.number;
  session->tag = pending.tag;
  session->client_tag = birth.client_tag;
  session->suite = birth.suite;
  session->seal_key = derive_control_key(birth.roots.resume, Direction::gateway_to_client);
  session->born = step.now;
  session->origin = network_of(birth.source.address);
  session->client_epoch = step.node.config.owner_epoch;
  session->version = {step.node.config.owner_epoch, 0};
  session->other.seen.take(pending.number.value);
  session->policies.stretch = Stretch::of(step.node.stretch);
  session->binding = Binding{birth.source, birth.underlay, std::nullopt, step.now};
  session->health.restart(step.now);
  return session;
}

void install(const Step& step, const Session& session, const SessionRoots& roots) {
  InstallSession action;
  action.tag = session.tag;
  action.uplink =
      derive_traffic_key(roots.traffic, session.key_epoch, Direction::client_to_gateway);
  action.downlink =
      derive_traffic_key(roots.traffic, session.key_epoch, Direction::gateway_to_client);
  action.control_open = derive_control_key(roots.resume, Direction::client_to_gateway);
  action.view = view_of(step, session);
  action.meters = step.policy(session).meters;
  action.routes = session.config->routes;
  step.out.push_back(std::move(action));
}

/// As it will stand once it has been confirmed.
SessionRecord first_record(const Step& step, const Peer& peer) {
  const auto session = make_session(step, peer, *peer.pending);
  SessionRecord record = record_of(step, *session);
  record.resume = peer.pending->resume;
  ++record.version.sequence;
  record.bound_version = record.version;
  record.inherited = State::attached;
  record.reason = Reason::attached_to_transport;
  return record;
}

void write_created(const Step& step, const Session& session) {
  std::vector<std::pair<std::string_view, AuditValue>> fields{{"peer", session.config->name}};
  std::string routes;
  for (const IpPrefix& route : session.config->routes) {
    routes += (routes.empty() ? "" : " ") + to_string(route);
  }
  if (!routes.empty()) fields.emplace_back("routes", std::move(routes));
  write_event(step, session, "SessionCreated", Reason::attached_to_transport, std::move(fields));
}

/// The peer has a session at another node: that one comes here first.
void fetch_older(const Step& step, const Peer& peer, const Settled& settled) {
  const StoreValue* value = settled.value_at(peer_key(peer.config->key));
  const auto older = value ? read_peer_record(*value) : std::nullopt;
  if (older && step.node.config.lease) want_for_birth(step, older->session);
}

}  // namespace

void give_up_birth(const Step& step, Peer& peer, std::string_view why) {
  step.count(why);
  if (!peer.pending) return;
  step.node.slots.release(peer.pending->tag);
  peer.pending.reset();
}

void continue_birth(const Step& step, Peer& peer) {
  if (!peer.pending || peer.pending->asked) return;  // its answer is on its way
  const BirthState& birth = peer.pending->birth;
  if (step.now >= birth.expires_at) return give_up_birth(step, peer, "birth_state_expired");
  peer.pending->resume = seal_resume_root(birth.roots.resume, step.node.config.cluster.store,
                                          birth.session, step.node.random.draw<kSealNonceSize>());
  peer.pending->asked = true;
  const SessionRecord record = first_record(step, peer);
  const StoreKey session = session_key(birth.session);
  const StoreKey owner = peer_key(birth.peer);
  ask(step, Errand(AskedFor::birth, birth.session, birth.peer),
      StoreTransaction{0,
                       {{session, {}}, {owner, {}}, life_holds(step)},
                       {{session, write_session_record(record)},
                        {owner, write_record(PeerRecord{record.attempt, birth.session})}}});
}

void finish_birth(const Step& step, Peer& peer, const Settled& settled) {
  ensure(peer.pending.has_value(), "a birth is committed that was asked for");
  if (!settled.applied()) {
    fetch_older(step, peer, settled);
    return give_up_birth(step, peer, "birth_commit_refused");
  }
  const PendingBirth pending = std::move(*peer.pending);
  peer.pending.reset();
  Session& session = step.node.sessions.add(make_session(step, peer, pending));
  session.stored = settled.written;
  peer.session = session.id;
  peer.last_birth = session.birth;

  write_created(step, session);
  advance(step, session, Event::confirmed);
  session.bound_version = session.version;
  install(step, session, pending.birth.roots);
  session.policies.wanted_heartbeat = std::chrono::milliseconds(pending.birth.wanted_heartbeat_ms);
  session.keys.traffic_root = pending.birth.roots.traffic.clone();
  write_event(step, session, "TransportAttached", Reason::attached_to_transport,
              {{"transport", session.binding->source}});
  const HandshakeDone done{session.tag,           ticket_for(step, session), session.version,
                           session.bound_version, session.binding->source,   step.node.owner()};
  session.done = seal_for(step, session, done, pending.number);
  send(step, {pending.birth.source, pending.birth.underlay, pending.answer_limit}, *session.done);
  tell_configuration(step, session);
}

}  // namespace jvpn
