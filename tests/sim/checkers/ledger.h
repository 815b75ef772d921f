// SPDX-License-Identifier: Apache-2.0
// Checkers outside the code under test. They see what is sent, published, audited and delivered,
// and note every breach of an invariant; a run is good when nothing was noted.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "session/core/audit.h"
#include "session/core/session_view.h"
#include "tests/sim/world/network.h"

namespace jvpn::sim {

/// I4, I5: versions rise by one per transition and the chain of states has no gap.
class AuditLedger {
 public:
  void see(const AuditEvent& event, std::vector<std::string>& breaches);
  std::size_t transitions() const { return transitions_; }
  std::string state_of(const SessionId& id) const;

 private:
  struct Life {
    std::string state = "BIRTH";
    StateVersion version;
    bool ended = false;
  };
  std::map<SessionId, Life> lives_;
  std::size_t transitions_ = 0;
};

/// I2, I10, I15, I22: bindings follow proof, and strangers get no more than they gave.
class PathLedger {
 public:
  void gateway_received(const Endpoint& source, std::size_t size, Instant now);
  void gateway_sent(const Endpoint& destination, const Datagram& datagram, Instant now,
                    std::vector<std::string>& breaches);
  void bound(const SessionView& view, Instant now, std::vector<std::string>& breaches);
  void removed() { last_bound_ = {}; }

 private:
  struct Source {
    std::size_t received = 0;
    std::size_t sent = 0;
    Instant control_sent_at{INT64_MIN / 2};
    bool proven = false;
  };
  std::map<Endpoint, Source> sources_;
  Endpoint last_bound_;
};

/// I13: no (session, direction, key epoch, counter) seals two different packets.
class NonceLedger {
 public:
  /// `session`: whose packet it is, as far as the sender can tell. Towards a client the receiver
  /// tag is random and says it alone; a gateway's tags begin anew with each restart.
  void sent(const SessionId& session, const Datagram& datagram, std::vector<std::string>& breaches);

 private:
  std::map<std::pair<SessionId, Bytes<16>>, Bytes<32>> sealed_;
};

/// I14: each inner packet arrives at most once.
class DeliveryLedger {
 public:
  void delivered(bool uplink, std::uint64_t number, std::vector<std::string>& breaches);
  std::size_t count(bool uplink) const { return (uplink ? up_ : down_).seen.size(); }

 private:
  struct Flow {
    std::set<std::uint64_t> seen;
  };
  Flow up_, down_;
};

}  // namespace jvpn::sim
