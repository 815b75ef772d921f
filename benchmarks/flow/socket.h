// SPDX-License-Identifier: Apache-2.0
// A UDP socket given as "address:port" or "[address]:port", and the process set up to keep a
// schedule.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

namespace jvpn::flow {

struct Endpoint {
  sockaddr_storage address{};
  socklen_t length = 0;

  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&address); }
};

/// Parses "10.0.0.1:9000" or "[fd00::1]:9000"; throws std::invalid_argument with what was wrong.
Endpoint parse_endpoint(const std::string& text);

/// A UDP socket bound to `local`, or unbound of the family of `peer` and connected to it; -1 never:
/// throws std::system_error.
int bound_socket(const Endpoint& local);
int connected_socket(const Endpoint& peer);

/// Locks memory and asks for real-time scheduling; without the privilege it stays a plain process.
/// Returns whether real time was granted.
bool become_punctual();

/// SIGINT and SIGTERM end the run: the running system call returns and stop_requested() is true.
void stop_on_signals();
bool stop_requested();

}  // namespace jvpn::flow
