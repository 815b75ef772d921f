// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/core_play.h"

namespace jvpn::fuzz {
namespace {

using test::Datagram;
using test::FakeClient;

Mark attached("attached");
Mark jumped("a jump was bound");
Mark jumped_at_once("a jump by a candidate");
Mark noticed("a notice was answered");
Mark unavailable("the store was unavailable");
Mark unknown_commit("an answer of the store was lost");
Mark degraded("DEGRADED");
Mark terminated("TERMINATED");

constexpr std::size_t kMaxSteps = 60;  // enough for every mark; longer ones only cost time
constexpr std::size_t kMaxKept = 32;

/// Where clients and attackers are; the last two are one NAT.
const std::array<Endpoint, 4> kPlaces{test::kHome, test::kMobile, test::kElsewhere,
                                      test::endpoint("192.0.2.1:4001")};

}  // namespace

void CorePlay::run(ByteReader in) {
  for (std::size_t i = 0; i < kMaxSteps && !in.rest().empty(); ++i) {
    step(static_cast<Op>(in.number<std::uint8_t>() % static_cast<std::uint8_t>(Op::count)), in);
    invariants_.check();
  }
  settle_all();
  attached.hit_if(invariants_.saw_state("ATTACHED"));
  degraded.hit_if(invariants_.saw_state("DEGRADED"));
  terminated.hit_if(invariants_.saw_state("TERMINATED"));
  jumped.hit_if(invariants_.saw_state("RECOVERING") && invariants_.bindings() > 1);
}

void CorePlay::keep(const Endpoint& source, const Datagram& datagram) {
  if (kept_.size() == kMaxKept) kept_.pop_front();
  kept_.push_back({source, datagram});
}

void CorePlay::handshake(Datagram datagram, const Endpoint& source) {
  invariants_.received(source, datagram.size());
  keep(source, datagram);
  gateway_.handshake(datagram, source);
}

void CorePlay::control(Datagram datagram, const Endpoint& source) {
  invariants_.received(source, datagram.size());
  keep(source, datagram);
  gateway_.control(datagram, source);
}

void CorePlay::connect(const Turn& turn) {
  FakeClient& who = turn.who;
  const std::size_t before = gateway_.sent.size();
  handshake(who.init(), turn.source);
  invariants_.check();
  if (gateway_.sent.size() == before || !who.read_ack(gateway_.sent.back().payload)) return;
  handshake(who.confirm(), turn.source);
  const auto done = who.last<HandshakeDone>(turn.source);
  if (!done) return;
  who.tag = done->tag;
  who.bound_version = done->bound_version;
  who.current = who.ack->session;
}

void CorePlay::request(const Turn& turn) {
  const std::size_t before = invariants_.bindings();
  control(turn.who.request(turn.path), turn.source);
  invariants_.check();
  jumped_at_once.hit_if(invariants_.bindings() > before);
}

template <class Question>
bool CorePlay::answer(const Turn& turn) {
  const auto question = turn.who.last<Question>(turn.source);
  if (!question) return false;
  control(turn.who.seal(ReattachConfirm{turn.who.fields(turn.path), question->token}), turn.source);
  turn.who.learn_ack(turn.source);
  return true;
}

void CorePlay::answer_probe(const Turn& turn) {
  const auto question = turn.who.last<PathChallenge>(turn.source);
  if (question)
    control(turn.who.seal(PathResponse{PathId{turn.path}, question->token}), turn.source);
}

void CorePlay::health(const Turn& turn, ByteReader& in) {
  const FakeClient& who = turn.who;
  if (!gateway_.views.contains(who.tag)) return;
  HealthReport report;
  report.bound_version = gateway_.views.at(who.tag).bound_version;
  report.received = in.number<std::uint16_t>();
  report.peer_sent = in.number<std::uint16_t>();
  report.received_at_ask = in.number<std::uint16_t>();
  report.evidence_at = gateway_.now - std::chrono::milliseconds(in.number<std::uint16_t>());
  gateway_.health(who.tag, report);
}

/// From now on the store does what it is asked, retries included.
void CorePlay::settle_all() {
  gateway_.auto_commit = true;
  for (int i = 0; i < 8; ++i) {
    gateway_.settle();
    invariants_.check();
    gateway_.pass(2s);
    invariants_.check();
  }
  invariants_.check_settled();
}

/// The store answers what it was asked, in any of the ways that it may. It refuses by itself what
/// was tried again although it had been applied.
void CorePlay::settle(std::uint8_t how) {
  struct Way {
    StoreOutcome outcome;
    bool apply;
  };
  static constexpr std::array<Way, 4> kWays{{{StoreOutcome::applied, true},
                                             {StoreOutcome::unavailable, false},
                                             {StoreOutcome::unknown, true},
                                             {StoreOutcome::unknown, false}}};
  if (gateway_.asked.empty()) return;
  const Way way = kWays[how % kWays.size()];
  const std::size_t before = invariants_.bindings();
  gateway_.settle(way.outcome, way.apply);
  invariants_.check();
  if (way.outcome == StoreOutcome::applied) return;
  ensure(invariants_.bindings() == before, "I9: no binding before its commit is known");
  unavailable.hit_if(way.outcome == StoreOutcome::unavailable);
  unknown_commit.hit_if(way.outcome == StoreOutcome::unknown);
}

void CorePlay::operator_terminate() {
  const auto sessions = gateway_.core.sessions(gateway_.now);
  if (!sessions.empty()) gateway_.terminate(sessions.front().id);
}

void CorePlay::step(Op op, ByteReader& in) {
  FakeClient& who = clients_[in.number<std::uint8_t>() % 2];
  const Endpoint source = kPlaces[in.number<std::uint8_t>() % kPlaces.size()];
  const auto value = in.number<std::uint8_t>();
  const Turn turn{who, source, static_cast<std::uint8_t>(value % 4)};
  switch (op) {
    case Op::connect:
      return connect(turn);
    case Op::init:
      return handshake(who.init(), source);
    case Op::replay:
      return replay(turn, in);
    case Op::change:
      return change(in);
    case Op::unbound:
      invariants_.received(source, kHeartbeatSize);
      return gateway_.unbound(who.tag, source);
    case Op::health:
      return health(turn, in);
    case Op::pass:
      gateway_.pass(std::chrono::milliseconds(value * 64));
      return ensure(gateway_.core.next_deadline() > gateway_.now, "a tick leaves nothing due");
    case Op::store:
      gateway_.auto_commit = value % 2 == 0;
      // What is owed is settled now: the next input is not to blame for it.
      if (gateway_.auto_commit) gateway_.pass(Duration{});
      return;
    case Op::settle:
      return settle(value);
    case Op::load:
      return gateway_.lag(std::chrono::milliseconds(value));
    case Op::operator_terminate:
      return operator_terminate();
    default:
      if (who.ack) talk(op, turn, in);  // else it has no keys yet
  }
}

/// What a client says under the keys of its last handshake.
void CorePlay::talk(Op op, const Turn& turn, ByteReader& in) {
  FakeClient& who = turn.who;
  switch (op) {
    case Op::confirm:
      return handshake(who.confirm(), turn.source);
    case Op::request:
      return request(turn);
    case Op::answer:
      answer<ReattachChallenge>(turn);
      return;
    case Op::answer_notice:
      noticed.hit_if(answer<UnboundNotice>(turn));
      return;
    case Op::probe:
      return control(who.seal(PathProbe{PathId{turn.path}, 0, 0}), turn.source);
    case Op::answer_probe:
      return answer_probe(turn);
    case Op::terminate:
      return control(who.seal(Terminate{Reason::peer_terminated, {}}), turn.source);
    case Op::any_message:
      return any_message(turn, in);
    default:
      who.learn_ack(turn.source);
  }
}

}  // namespace jvpn::fuzz
