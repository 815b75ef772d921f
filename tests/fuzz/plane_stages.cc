// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/plane_stages.h"

#include <gtest/gtest.h>

#include "base/ensure.h"
#include "dataplane/downlink.h"
#include "dataplane/eal.h"
#include "dataplane/uplink.h"
#include "tests/dataplane/exact_buffer.h"

namespace jvpn::fuzz {
namespace {

Eal start_eal() {
  testing::GTEST_FLAG(break_on_failure) = true;  // the rig checks by EXPECT
  EalRequest request;
  request.memory_mb = 64;
  request.hugepages = Hugepages::off;
  auto eal = Eal::start(request);
  ensure(eal.has_value(), "DPDK starts without hugepages");
  return std::move(*eal);
}

}  // namespace

PlaneStages& PlaneStages::instance() {
  static Eal eal = start_eal();
  static auto* const stages = new PlaneStages;  // outlives what libFuzzer does at exit
  return *stages;
}

PlaneStages::PlaneStages() : engine_(std::move(*AeadEngine::create())) {
  rig_.attach(peer_, kFuzzClient);
}

Verdict PlaneStages::run(ByteView frame, std::size_t room, bool up) {
  static Burst burst;
  Turn turn{rig_.facts, 0, rig_.mailboxes[0], engine_, counters_, Bytes<16>{}};
  turn.now = rig_.now = rig_.now + 1s;  // no rate limit is used up by the input before
  turn.control.begin_turn();
  test::ExactBuffer exact(frame, room);
  burst.frame[0] = &exact.buffer;
  burst.begin(1);
  if (up) {
    jvpn::uplink(turn, rig_.facts.links[test::Rig::kUnderlay], burst);
  } else {
    jvpn::downlink(turn, rig_.facts.links[test::Rig::kPlaintext], burst);
  }
  for (std::size_t kind = 0; kind < kPuntClasses; ++kind) {
    rig_.punted(static_cast<PuntClass>(kind));
  }
  ensure(burst.verdict[0] != Verdict::undecided, "each packet gets its verdict");
  return burst.verdict[0];
}

void mend_checksum(test::Packet& frame) {
  constexpr std::size_t kIp = sizeof(EthernetHeader);
  if (frame.size() < kIp + sizeof(Ipv4Header)) return;
  const std::size_t header = std::size_t{frame[kIp] & 0xfu} * 4;
  if (header < sizeof(Ipv4Header) || frame.size() < kIp + header) return;
  frame[kIp + 10] = frame[kIp + 11] = 0;
  const std::uint16_t sum = test::slow_checksum(ByteView(frame).subspan(kIp, header));
  store(frame.data() + kIp + 10, BigEndian<std::uint16_t>(sum));
}

}  // namespace jvpn::fuzz
