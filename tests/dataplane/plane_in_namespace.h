// SPDX-License-Identifier: Apache-2.0
// For tests that run a whole data plane in a network namespace of their own process.
#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "dataplane/plane.h"
#include "packets.h"

namespace jvpn::test {

Instant boot_time();

/// IPv4, bound to `local`.
class UdpSocket {
 public:
  explicit UdpSocket(const Endpoint& local);
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;
  ~UdpSocket();

  void send(const Endpoint& to, ByteView payload) const;
  /// What comes within 5 ms.
  std::optional<Packet> receive() const;

 private:
  int fd_;
};

/// First and last core that this process may use (the same one on a machine with one).
std::pair<unsigned, unsigned> usable_cores();

/// One plane that all tests of a program share, because EAL starts once per process.
class PlaneInNamespace : public testing::Test {
 protected:
  /// Moves this process into a network namespace of its own, lays out `topology` (a shell command)
  /// and starts the plane, with the first usable core for control. Without the right to do so
  /// every test is skipped.
  static void start(const char* topology, PlaneConfig config);
  static void TearDownTestSuite() { plane_.reset(); }
  void SetUp() override {
    if (plane_ == nullptr) GTEST_SKIP() << "missing: the right to make a network namespace (root)";
  }

  static inline std::unique_ptr<DataPlane> plane_;
};

/// Steps the control side until `done` says so; false after five seconds.
bool step_until(DataPlane& plane, const auto& done) {
  for (const Instant end = boot_time() + 5s; boot_time() < end;) {
    plane.step(boot_time());
    if (done()) return true;
  }
  return false;
}

/// Runs a shell command to its end while stepping the control side; whether it succeeded. Unlike
/// std::system() it leaves this thread able to take the signals with which a TAP announces frames.
bool runs_well_beside(DataPlane& plane, const char* command);

}  // namespace jvpn::test
