// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/ledger.h"

#include "crypto/kdf.h"
#include "session/core/wire.h"

namespace jvpn::sim {
namespace {

std::string text_field(const AuditEvent& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return std::get<std::string>(value);
  }
  return "missing " + std::string(name);
}

}  // namespace

void AuditLedger::see(const AuditEvent& event, std::vector<std::string>& breaches) {
  if (event.type != "SessionStateChange") return;
  ++transitions_;
  Life& life = lives_[event.session];
  const std::string from = text_field(event, "previous_state");
  const std::string about = to_string(event.session) + " " + to_string(event.version) + " " + from +
                            " -> " + text_field(event, "new_state");
  if (life.ended) breaches.push_back("I6 a transition after TERMINATED: " + about);
  if (from != life.state) breaches.push_back("I5 the audit has a gap: " + about);
  const bool first = life.version == StateVersion{};
  const bool follows = event.version.owner_epoch == life.version.owner_epoch &&
                       event.version.sequence == life.version.sequence + 1;
  if (first ? event.version.sequence != 1 : !follows) {
    breaches.push_back("I4 the version does not rise by one: " + about);
  }
  if (event.reason == Reason::none) breaches.push_back("a transition without reason: " + about);
  life.state = text_field(event, "new_state");
  life.version = event.version;
  life.ended = life.state == "TERMINATED";
}

std::string AuditLedger::state_of(const SessionId& id) const {
  const auto found = lives_.find(id);
  return found == lives_.end() ? "unknown" : found->second.state;
}

void PathLedger::gateway_received(const Endpoint& source, std::size_t size, Instant) {
  sources_[source].received += size;
}

void PathLedger::gateway_sent(const Endpoint& destination, const Datagram& datagram, Instant now,
                              std::vector<std::string>& breaches) {
  Source& source = sources_[destination];
  source.sent += datagram.size();
  const auto type = static_cast<WireType>(datagram[0] >> 4);
  if (type == WireType::data) {
    if (destination != last_bound_) {
      breaches.push_back("I15 data sent to an unbound place: " + to_string(destination));
    }
    return;
  }
  source.control_sent_at = now;
  if (!source.proven && source.sent > source.received) {
    breaches.push_back("I22 more bytes to a stranger than from it: " + to_string(destination));
  }
}

void PathLedger::bound(const SessionView& view, Instant now, std::vector<std::string>& breaches) {
  if (view.state == State::attached && !view.has_binding()) {
    breaches.push_back("I2 ATTACHED without a binding at " + to_string(view.version));
  }
  if (view.has_binding() && view.bound != last_bound_) {
    Source& source = sources_[view.bound];
    if (now - source.control_sent_at > 10s) {
      breaches.push_back("I10 bound to a place that was never asked: " + to_string(view.bound));
    }
    source.proven = true;
  }
  last_bound_ = view.bound;
}

void NonceLedger::sent(const SessionId& session, const Datagram& datagram,
                       std::vector<std::string>& breaches) {
  if (datagram.size() < sizeof(DataHeader)) return;
  if (static_cast<WireType>(datagram[0] >> 4) != WireType::data) return;
  Bytes<16> header{};
  std::memcpy(header.data(), datagram.data(), header.size());
  const Bytes<32> content = hash(datagram);
  const auto [at, fresh] = sealed_.emplace(std::pair{session, header}, content);
  if (!fresh && at->second != content) breaches.push_back("I13 one nonce sealed two packets");
}

void DeliveryLedger::delivered(bool uplink, std::uint64_t number,
                               std::vector<std::string>& breaches) {
  if (!(uplink ? up_ : down_).seen.insert(number).second) {
    breaches.push_back("I14 delivered twice: packet " + std::to_string(number));
  }
}

}  // namespace jvpn::sim
