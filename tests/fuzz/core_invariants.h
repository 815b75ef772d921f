// SPDX-License-Identifier: Apache-2.0
// What must hold of a control core whatever it is told, judged from outside: by what it was sent,
// what it sent, published and audited. The invariants' numbers are those of docs/SESSION.md.
#pragma once

#include <map>

#include "tests/control/gateway_fixture.h"

namespace jvpn::fuzz {

class CoreInvariants {
 public:
  explicit CoreInvariants(test::FakeGateway& gateway) : gateway_(gateway) {}

  void received(const Endpoint& source, std::size_t size) { traffic_[source].received += size; }
  /// After each step. Looks at what is new since the last call and ends the process when something
  /// is not as it must be.
  void check();
  /// Once nothing waits for the store any more.
  void check_settled();

  bool saw_state(std::string_view state) const { return states_.contains(std::string(state)); }
  std::size_t bindings() const { return bindings_; }  ///< seen so far, births included

 private:
  struct Traffic {
    std::size_t received = 0;
    std::size_t sent = 0;
    Instant sent_at = Instant::never();
    bool was_bound = false;
  };
  struct Life {
    std::string state = "BIRTH";
    StateVersion version;
  };

  void check_sent();
  void check_audit();
  void check_transition(const AuditEvent& event);
  void check_views();
  void check_binding(const SessionView& before, const SessionView& view);
  void check_books() const;

  test::FakeGateway& gateway_;
  std::size_t sent_seen_ = 0;
  std::size_t audit_seen_ = 0;
  std::size_t bindings_ = 0;
  /// From then on what is bound was decided when the store was asked, however long ago that was.
  bool store_was_slow_ = false;
  std::map<Endpoint, Traffic> traffic_;
  std::map<SessionId, Life> lives_;
  std::map<Tag, SessionView> views_;
  std::map<std::string, std::size_t> states_;
};

}  // namespace jvpn::fuzz
