// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "session/core/handshake.h"
#include "tests/session/core/samples.h"

namespace jvpn {
namespace {

using namespace test;

InitPayload fixed_init() {
  return {{kProtocolVersion},
          {Suite::chacha20_poly1305, Suite::aes_256_gcm},
          0x0a0b0c0d,
          Tag(0x01020304050607),
          0x11223344,
          SessionId{rising<16>(0xd0)},
          1500ms};
}
const std::string kInitFields =
    "01"
    "01000000"
    "02"
    "0201000000000000"
    "0a0b0c0d"
    "01020304050607"
    "11223344"
    "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
    "000005dc";

std::vector<std::uint8_t> written(const InitPayload& payload) {
  std::vector<std::uint8_t> out(kInitPayloadSize, 0xee);
  EXPECT_TRUE(write_init_payload(payload, std::span<std::uint8_t, kInitPayloadSize>(out)));
  return out;
}

AckPayload fixed_ack() {
  AckPayload ack;
  ack.suite = Suite::chacha20_poly1305;
  ack.session = SessionId{rising<16>(0xd0)};
  ack.live_session = SessionId{rising<16>(0xe0)};
  ack.inner_v4 = IpAddress::v4(0x0a4d0005);
  ack.inner_v6 = *parse_address("fd77::5");
  ack.tunnel_mtu = 1420;
  ack.capabilities = 0x0a0b0c0d;
  ack.policy_version = {2, 10};
  ack.policy = client_part(Policy{});
  ack.policy.switching.on_recovery_timeout = OnRecoveryTimeout::terminate;
  return ack;
}
const std::string kAckGolden =
    "01"
    "02"
    "0a0b0c0d"
    "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
    "e0e1e2e3e4e5e6e7e8e9eaebecedeeef"
    "00000000000000000000ffff0a4d0005"
    "fd770000000000000000000000000005"
    "058c"
    "0002000a" +
    policy_hex("01");

TEST(InitPayload, HasTheBytesOfTheSpecification) {
  const std::string padding(2 * kInitPayloadSize - kInitFields.size(), '0');
  EXPECT_EQ(hex(written(fixed_init())), kInitFields + padding);
  EXPECT_EQ(read_init_payload(written(fixed_init())), fixed_init());
}

TEST(InitPayload, AnyPayloadSurvivesTheWire) {
  EXPECT_TRUE(rc::check([] {
    InitPayload payload = fixed_init();
    if (*rc::gen::arbitrary<bool>()) payload.suites = {Suite::aes_256_gcm};
    payload.client_tag = Tag(*rc::gen::arbitrary<std::uint64_t>());
    payload.psk_id = *rc::gen::arbitrary<std::uint32_t>();
    payload.current_session.bytes[3] = *rc::gen::arbitrary<std::uint8_t>();
    RC_ASSERT(read_init_payload(written(payload)) == payload);
  }));
}

TEST(InitPayload, OnlyTheExactSizeIsRead) {
  auto bytes = written(fixed_init());
  bytes.resize(kInitSize);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
    EXPECT_EQ(read_init_payload(cut).has_value(), size == kInitPayloadSize) << size;
  }
}

TEST(InitPayload, EveryPaddingBitMustBeZero) {
  const auto whole = written(fixed_init());
  for (std::size_t bit = 4 * kInitFields.size(); bit < 8 * whole.size(); ++bit) {
    auto flipped = whole;
    flipped[bit / 8] = static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(read_init_payload(flipped)) << "bit " << bit;
  }
}

TEST(InitPayload, OursMustBeAmongTheVersionsAndTheirListWellFormed) {
  const auto with_versions = [](const char* count_and_list) {
    auto bytes = written(fixed_init());
    const auto list = unhex(count_and_list);
    std::copy(list.begin(), list.end(), bytes.begin());
    return read_init_payload(bytes);
  };
  EXPECT_TRUE(with_versions("01 01000000"));
  const auto newer = with_versions("04 09080102");
  ASSERT_TRUE(newer);
  EXPECT_EQ(newer->versions, (std::vector<std::uint8_t>{9, 8, 1, 2}));
  EXPECT_FALSE(with_versions("00 00000000"));
  EXPECT_FALSE(with_versions("01 02000000"));  // not ours
  EXPECT_FALSE(with_versions("05 01020304"));  // more than there is room for
  EXPECT_FALSE(with_versions("02 01010000"));  // twice the same
  EXPECT_FALSE(with_versions("01 01020000"));  // one behind the end
  EXPECT_FALSE(with_versions("02 01000000"));  // zero is no version
}

TEST(InitPayload, TheListOfSuitesIsStrictButLetsNewerOnesPass) {
  const auto with_list = [](const char* count_and_list) {
    auto bytes = written(fixed_init());
    const auto list = unhex(count_and_list);
    std::copy(list.begin(), list.end(), bytes.begin() + 5);
    return read_init_payload(bytes);
  };
  EXPECT_FALSE(with_list("00 0000000000000000"));  // none
  EXPECT_FALSE(with_list("09 0102030405060708"));  // more than there is room for
  EXPECT_FALSE(with_list("02 0100000000000000"));  // zero is no suite
  EXPECT_FALSE(with_list("01 0102000000000000"));  // one behind the end
  EXPECT_FALSE(with_list("02 0101000000000000"));  // twice the same
  EXPECT_FALSE(with_list("02 0304000000000000"));  // none that we know
  const auto newer = with_list("08 fe02030401050607");
  ASSERT_TRUE(newer);
  EXPECT_EQ(newer->suites, (std::vector{Suite::chacha20_poly1305, Suite::aes_256_gcm}));
}

TEST(InitPayload, WritingNeedsOneToEightSuites) {
  Bytes<kInitPayloadSize> out{};
  InitPayload payload = fixed_init();
  payload.suites.clear();
  EXPECT_FALSE(write_init_payload(payload, out));
  payload.suites.assign(9, Suite::aes_256_gcm);
  EXPECT_FALSE(write_init_payload(payload, out));
}

TEST(AckPayload, HasTheBytesOfTheSpecification) {
  EXPECT_EQ(hex(write_ack_payload(fixed_ack())), kAckGolden);
  EXPECT_EQ(read_ack_payload(unhex(kAckGolden)), fixed_ack());
}

TEST(AckPayload, EveryFieldOfThePolicySurvives) {
  AckPayload ack = fixed_ack();
  ack.policy.volatility = {101ms, 1999ms, 2999ms, 1998ms, 0.123456, 5, 77ms, 3s, 4999ms};
  ack.policy.switching = {0,     9, 1499ms, 7999ms, 1.234567, OnRecoveryTimeout::terminate,
                          249ms, 0, 1ms};
  ack.policy.transport = {16, 9'999ms};
  ack.policy.rekey_after = 1s;
  ack.policy.rekey_after_blocks = 1 << 16;
  ack.policy.max_lifetime = 4294967295ms;
  ack.policy.transport_lost_ttl = 1234ms;
  ack.policy.replay_window_packets = 64;
  ack.live_session = {};
  ack.inner_v4 = {};
  ack.inner_v6 = {};
  EXPECT_EQ(read_ack_payload(write_ack_payload(ack)), ack);
}

TEST(AckPayload, AnythingButTheExactLengthIsRefused) {
  auto bytes = unhex(kAckGolden);
  const std::size_t whole = bytes.size();
  bytes.resize(kMaxControlSize);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
    EXPECT_EQ(read_ack_payload(cut).has_value(), size == whole) << size;
  }
}

TEST(AckPayload, ValuesThatNoGatewayCouldHaveConfiguredAreRefused) {
  const auto refused = [](auto change) {
    AckPayload ack = fixed_ack();
    change(ack);
    return !read_ack_payload(write_ack_payload(ack));
  };
  EXPECT_TRUE(refused([](AckPayload& a) { a.version = 2; }));
  EXPECT_TRUE(refused([](AckPayload& a) { a.suite = Suite{3}; }));
  EXPECT_TRUE(refused([](AckPayload& a) { a.session = {}; }));
  EXPECT_TRUE(refused([](AckPayload& a) { a.inner_v4 = *parse_address("fd77::5"); }));
  EXPECT_TRUE(refused([](AckPayload& a) { a.inner_v6 = IpAddress::v4(1); }));
  EXPECT_TRUE(refused([](AckPayload& a) { a.tunnel_mtu = kMinTunnelMtu - 1; }));
  EXPECT_TRUE(refused([](AckPayload& a) { a.tunnel_mtu = kMaxTunnelMtu + 1; }));
  EXPECT_TRUE(refused([](AckPayload& a) { a.policy.max_lifetime = 0s; }));
  EXPECT_TRUE(refused([](AckPayload& a) { a.policy.volatility.heartbeat_interval = 1ms; }));
  EXPECT_TRUE(refused([](AckPayload& a) { a.policy.replay_window_packets = 0; }));
  EXPECT_TRUE(refused(
      [](AckPayload& a) { a.policy.switching.on_recovery_timeout = OnRecoveryTimeout{2}; }));
}

TEST(AckPayload, ReadsAnyBytesWithoutHarmAndWritesThemBackTheSame) {
  EXPECT_TRUE(rc::check([] {
    auto bytes = unhex(kAckGolden);
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    bytes[at] = *rc::gen::arbitrary<std::uint8_t>();
    const auto read = read_ack_payload(bytes);
    if (read) RC_ASSERT(write_ack_payload(*read) == bytes);
  }));
}

TEST(PskId, IsZeroForTheAllZeroPskOnly) {
  EXPECT_EQ(psk_id_of(Key32()), 0u);
  EXPECT_EQ(psk_id_of(Key32::copy_of(rising<32>(0))), 0xbf9965ccu);
  EXPECT_NE(psk_id_of(Key32::copy_of(rising<32>(1))), 0u);
}

}  // namespace
}  // namespace jvpn
