// SPDX-License-Identifier: Apache-2.0
// A bound session whose health reports are made up sample by sample.
#pragma once

#include "tests/control/connected_fixture.h"

namespace jvpn::test {

struct Health : Connected {
  void SetUp() override { connect({}); }
  void connect(const Policy& policy) {
    Connected::connect(policy);
    report = {};
    report.bound_version = client->bound_version;
  }
  /// One 50 ms sample; the client says it sent `sent` more, of which `received` came in.
  void sample(std::uint64_t sent, std::uint64_t received, bool evidence = true) {
    gateway->pass(50ms);
    report.peer_sent += sent;
    report.received += received;
    report.received_at_ask = report.received;
    if (evidence) report.evidence_at = gateway->now;
    gateway->health(client->tag, report);
  }
  State state() const { return gateway->session().state; }
  std::string latest() const { return gateway->transitions().back(); }

  HealthReport report;
};

}  // namespace jvpn::test
