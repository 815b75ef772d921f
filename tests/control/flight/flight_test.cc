// SPDX-License-Identifier: Apache-2.0
// That every flight of every test replays is checked where FakeGateway ends; here: that a replay
// notices what differs.
#include <gtest/gtest.h>

#include "tests/control/client_fixture.h"

namespace jvpn::test {
namespace {

/// A short life on tape.
struct Recorded {
  Recorded() {
    FakeGateway gateway;
    FakeClient client(gateway);
    EXPECT_TRUE(client.connect());
    client.jump(kMobile, 2);
    gateway.terminate(client.current);
    tape = gateway.tape_bytes;
    events = gateway.audit.size();
  }
  /// Flown again with this policy.
  ReplayReport again(Policy policy = {}) const {
    return replay(tape, [&](RandomSource&) {
      Configured like_then;
      like_then.policy = policy;
      return FakeGateway(std::move(like_then)).configure();
    });
  }
  std::vector<std::uint8_t> tape;
  std::size_t events = 0;
};

TEST(Flight, GivesTheSameAuditAgain) {
  const Recorded flight;
  const ReplayReport report = flight.again();
  EXPECT_EQ(report.parted, "");
  EXPECT_EQ(report.events, flight.events);
  EXPECT_GE(report.events, 8u);
  EXPECT_GE(report.inputs, 6u);
}

TEST(Flight, PartsWhereAnotherPolicyDecidesOtherwise) {
  Policy policy;
  policy.switching.max_switches_per_min = 0;
  const ReplayReport report = Recorded().again(policy);
  EXPECT_FALSE(report.same());
}

TEST(Flight, PartsAtAnAlteredEventAndNamesBoth) {
  Recorded flight;
  const std::string_view word = "reattach_success";
  const auto at = std::search(flight.tape.begin(), flight.tape.end(), word.begin(), word.end());
  ASSERT_NE(at, flight.tape.end());
  *at = 'R';
  const ReplayReport report = flight.again();
  EXPECT_NE(report.parted.find("now: "), std::string::npos);
  EXPECT_NE(report.parted.find("Reattach_success"), std::string::npos);
}

TEST(Flight, OfATapeThatIsCutAnywhereEndsThereWithoutHarm) {
  Recorded flight;
  const std::vector<std::uint8_t> whole = flight.tape;
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    flight.tape.assign(whole.begin(), whole.begin() + static_cast<long>(size));
    const ReplayReport report = flight.again();
    EXPECT_LE(report.events, flight.events);
  }
}

TEST(Tape, ReadsBackEachInputAsItWasWritten) {
  const Arrival from{kHome, 3, 256};
  const Bytes<3> bytes{1, 2, 3};
  StoreReply reply{7, StoreOutcome::refused, {{"a", "b"}, {"c", std::nullopt}}};
  Policy graceful;
  graceful.apply = PolicyApply::grace;
  graceful.switching.on_recovery_timeout = OnRecoveryTimeout::terminate;
  graceful.switching.switch_improvement_factor = 1.0 / 3;
  const std::vector<CoreInput> inputs{StartInput{},
                                      StoreInput{reply},
                                      HandshakeInput{bytes, from},
                                      ControlInput{Tag(9), bytes, from},
                                      UnboundInput{Tag(9), from},
                                      DeadTagInput{Tag(9), from},
                                      HealthInput{Tag(9), {}},
                                      LoadInput{17ms},
                                      TickInput{},
                                      OperatorTerminateInput{SessionId{{4}}},
                                      OperatorRekeyInput{SessionId{{5}}},
                                      ShutdownInput{},
                                      TicketedInput{bytes, from},
                                      DrainInput{{kHome, kMobile}},
                                      PolicyInput{graceful},
                                      BadPolicyInput{"no policy"}};
  EXPECT_EQ(inputs.size(), std::variant_size_v<CoreInput>);
  for (const CoreInput& input : inputs) {
    std::vector<std::uint8_t> frame, again;
    TapeWriter([&](ByteView f) { frame.assign(f.begin(), f.end()); }).input(input, Instant{123});
    const auto item = TapeReader(frame).next();
    ASSERT_TRUE(item);
    const auto read = read_input(item->body);
    ASSERT_TRUE(read) << input.index();
    EXPECT_EQ(read->at, Instant{123});
    EXPECT_EQ(read->input.index(), input.index());
    TapeWriter([&](ByteView f) { again.assign(f.begin(), f.end()); }).input(read->input, read->at);
    EXPECT_EQ(again, frame) << input.index();
  }
}

}  // namespace
}  // namespace jvpn::test
