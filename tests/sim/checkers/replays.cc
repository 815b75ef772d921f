// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/replays.h"

namespace jvpn::sim {
namespace {

std::uint64_t mix(std::uint64_t h, std::uint64_t value) {
  h = (h ^ value) * 0x9e3779b97f4a7c15;
  return h ^ h >> 29;
}

}  // namespace

std::uint64_t digest_of(const std::vector<SessionInfo>& sessions) {
  std::uint64_t h = sessions.size();
  for (const SessionInfo& s : sessions) {
    h = fingerprint(s.id.bytes, h);
    h = fingerprint(s.bound.address.bytes, mix(h, s.bound.port));
    h = mix(h, s.version.packed());
    h = mix(h, s.bound_version.packed());
    h = mix(h, static_cast<std::uint64_t>(s.state));
    h = mix(h, static_cast<std::uint64_t>(s.last_reason));
    h = mix(h, s.tag.value());
    h = mix(h, s.total_switches);
  }
  return h;
}

void Replays::compare(std::uint64_t before, std::uint64_t after, ByteView datagram) {
  ++compared_;
  if (before == after) return;
  breaches_.add("I11", "a replayed or forged datagram of type " + std::to_string(datagram[0] >> 4) +
                           " changed a session");
}

}  // namespace jvpn::sim
