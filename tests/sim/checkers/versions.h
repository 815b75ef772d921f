// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "session/core/audit.h"
#include "tests/sim/checkers/breaches.h"

namespace jvpn::sim {

/// I4, I5, I6: of each session's SessionStateChange events, whatever node wrote them, each takes up
/// the state that the one before left, with the version one higher or (next owner epoch, 1); none
/// follows TERMINATED.
class Versions {
 public:
  explicit Versions(Breaches& breaches) : breaches_(breaches) {}

  void see(std::size_t node, const AuditEvent& event);
  /// The node lost its store with its process: none of its sessions may come back.
  void forgotten_by(std::size_t node);
  std::size_t transitions() const { return transitions_; }

 private:
  struct Life {
    std::string state = "BIRTH";
    StateVersion version;
    std::size_t node = 0;
    bool ended = false;
  };
  void check_version(const Life& life, const AuditEvent& event, const std::string& about);

  Breaches& breaches_;
  std::map<SessionId, Life> lives_;
  std::size_t transitions_ = 0;
};

/// A text field of an audit event; "missing NAME" when it is not there.
std::string text_field(const AuditEvent& event, std::string_view name);

}  // namespace jvpn::sim
