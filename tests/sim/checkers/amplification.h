// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_map>

#include "session/core/address.h"
#include "tests/sim/checkers/breaches.h"
#include "tests/sim/world/endpoint_hash.h"

namespace jvpn::sim {

/// I22: until a source has been bound, all gateways together send it no more bytes than it sent.
class Amplification {
 public:
  explicit Amplification(Breaches& breaches) : breaches_(breaches) {}

  void received(const Endpoint& source, std::size_t size) { sources_[source].received += size; }
  void sent(const Endpoint& destination, std::size_t size) {
    Source& source = sources_[destination];
    source.sent += size;
    if (source.proven || source.sent <= source.received) return;
    breaches_.add("I22", "more bytes to a stranger than from it: " + to_string(destination));
  }
  void proven(const Endpoint& source) { sources_[source].proven = true; }

 private:
  struct Source {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    bool proven = false;
  };
  Breaches& breaches_;
  std::unordered_map<Endpoint, Source, EndpointHash> sources_;
};

}  // namespace jvpn::sim
