// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/hex.h"
#include "control/records/node_records.h"
#include "control/records/session_record.h"
#include "control/records/store_keys.h"
#include "tests/control/gateway_fixture.h"

namespace jvpn::test {
namespace {

template <std::size_t N>
Bytes<N> some_bytes() {
  return *rc::gen::container<Bytes<N>>(rc::gen::arbitrary<std::uint8_t>());
}

SessionRecord some_session() {
  SessionRecord record;
  record.attempt.value = *rc::gen::arbitrary<std::uint64_t>();
  record.id.bytes = some_bytes<16>();
  record.id.bytes[0] |= 1;
  record.peer = some_bytes<32>();
  record.owner = {*rc::gen::arbitrary<std::uint8_t>(), *rc::gen::arbitrary<std::uint64_t>()};
  record.state = *rc::gen::element(State::attached, State::recovering, State::terminated);
  record.inherited = *rc::gen::element(State::attached, State::volatile_, State::degraded);
  record.reason = *rc::gen::element(Reason::owner_acquired, Reason::superseded);
  record.version = StateVersion::unpack(*rc::gen::arbitrary<std::uint64_t>());
  record.bound_version = StateVersion::unpack(*rc::gen::arbitrary<std::uint64_t>());
  record.reattach_epoch.value = *rc::gen::arbitrary<std::uint32_t>();
  record.reattach.value = *rc::gen::arbitrary<std::uint64_t>();
  record.tag = Tag(*rc::gen::arbitrary<std::uint64_t>());
  record.client_tag = Tag(*rc::gen::arbitrary<std::uint64_t>());
  record.suite = *rc::gen::element(Suite::aes_256_gcm, Suite::chacha20_poly1305);
  record.resume = some_bytes<kSealedRootSize>();
  record.policy = {3, 9};
  record.inner_v6.bytes = some_bytes<16>();
  record.last_source = {IpAddress{some_bytes<16>()}, *rc::gen::arbitrary<std::uint16_t>()};
  record.last_path_known = *rc::gen::arbitrary<bool>();
  record.age_ms = *rc::gen::arbitrary<std::uint64_t>();
  record.moved_ms = *rc::gen::arbitrary<std::uint64_t>();
  record.jumps = *rc::gen::resize(40, rc::gen::arbitrary<MoveAges>());
  record.rebinds = *rc::gen::resize(40, rc::gen::arbitrary<MoveAges>());
  if (record.state == State::terminated) record.terminate = {1, 2, 3};
  return record;
}

RC_GTEST_PROP(SessionRecords, ComeBackAsTheyWere, ()) {
  const SessionRecord record = some_session();
  const auto back = read_session_record(write_session_record(record));
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == record);
}

RC_GTEST_PROP(SessionRecords, AreRefusedWithAByteMissingOrTooMany, ()) {
  const StoreValue value = write_session_record(some_session());
  const auto at = *rc::gen::inRange<std::size_t>(0, value.size());
  RC_ASSERT(!read_session_record(value.view().substr(0, at)).has_value());
  RC_ASSERT(!read_session_record(std::string(value) + '\0').has_value());
}

RC_GTEST_PROP(SessionRecords, WhatIsReadIsWrittenTheSame, ()) {
  std::string value(write_session_record(some_session()));
  const auto at = *rc::gen::inRange<std::size_t>(0, value.size());
  value[at] = *rc::gen::arbitrary<char>();
  const auto back = read_session_record(value);
  if (back) RC_ASSERT(write_session_record(*back) == StoreValue(value));
}

std::string hex(const StoreValue& value) {
  const std::string_view text = value.view();
  return to_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

constexpr const char* kLayoutHint =
    "the layout of stored records has changed: raise kRecordLayout, for a node of the version "
    "before must refuse it, and say in docs/CLUSTER.md how an upgrade gets there";

template <std::size_t N>
Bytes<N> rising(std::uint8_t first) {
  Bytes<N> bytes{};
  for (std::uint8_t& byte : bytes) byte = first++;
  return bytes;
}

SessionRecord fixed_session() {
  SessionRecord record;
  record.attempt.value = 0x1112131415161718;
  record.id.bytes = rising<16>(0xd0);
  record.peer = rising<32>(0x20);
  record.owner = {4, 0x3132333435363738};
  record.state = State::recovering;
  record.inherited = State::degraded;
  record.reason = Reason::owner_acquired;
  record.version = {OwnerEpoch{3}, 9};
  record.bound_version = {OwnerEpoch{3}, 8};
  record.reattach_epoch.value = 2;
  record.reattach.value = 0x2122232425262728;
  record.tag = Tag(0x01020304050607);
  record.client_tag = Tag(0xc1c2c3c4c5c6c7);
  record.suite = Suite::chacha20_poly1305;
  record.resume = rising<kSealedRootSize>(0x80);
  record.policy = {1, 2};
  record.inner_v4 = IpAddress::v4({10, 77, 0, 2});
  record.inner_v6.bytes = rising<16>(0xf0);
  record.last_source = {IpAddress::v4({192, 0, 2, 1}), 51820};
  record.last_underlay = 1;
  record.last_path_known = true;
  record.last_path = PathId{7};
  record.tick_ms = 0x41;
  record.age_ms = 0x42;
  record.unbound_ms = 0x43;
  record.moved_ms = 0x44;
  record.total_switches = 0x45;
  record.jumps = {0x4647};
  record.rebinds = {0x4849, 0x4a4b};
  return record;
}

TEST(SessionRecords, HaveTheseBytes) {
  EXPECT_EQ(kRecordLayout, 1);
  EXPECT_EQ(hex(write_session_record(fixed_session())),
            "01011112131415161718d0d1d2d3d4d5d6d7d8d9dadbdcdddedf202122232425262728292a2b2c2d"
            "2e2f303132333435363738393a3b3c3d3e3f0431323334353637380403000f000000030000000900"
            "0000030000000800000002212223242526272801020304050607c1c2c3c4c5c6c702808182838485"
            "868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacad"
            "aeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c70001000200000000000000000000"
            "ffff0a4d0002f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff00000000000000000000ffffc0000201ca6c"
            "01010700000000000000410000000000000042000000000000004300000000000000440000004500"
            "014647000248494a4b0000")
      << kLayoutHint;
}

TEST(SessionRecords, OfAnotherLayoutAreRefused) {
  std::string value(write_session_record(fixed_session()));
  value[0] = static_cast<char>(kRecordLayout + 1);
  EXPECT_FALSE(read_session_record(value).has_value());
}

TEST(NodeRecords, HaveTheseBytes) {
  EXPECT_EQ(hex(write_record(PeerRecord{AttemptId{0x11}, SessionId{{0xaa}}})),
            "01020000000000000011aa000000000000000000000000000000");
  EXPECT_EQ(hex(write_record(LifeRecord{AttemptId{0x12}, 0x99, true, Owner{2, 0x55}})),
            "0103000000000000001200000000000000990102"
            "0000000000000055");
  EXPECT_EQ(hex(write_record(RenewalRecord{AttemptId{0x13}, 0x99, 7, 1000, false})),
            "01040000000000000013000000000000009900000000000000070000"
            "0000000003e800");
  EXPECT_EQ(
      hex(write_record(WishRecord{AttemptId{1}, SessionId{{0xbb}}, Owner{3, 4}, OwnerEpoch{5}})),
      "01050000000000000001bb00000000000000000000000000000003000000000000000400000005");
}

TEST(NodeRecords, OfOneKindAreNoneOfAnother) {
  const StoreValue life = write_record(LifeRecord{AttemptId{1}, 2, false, {}});
  EXPECT_TRUE(read_life_record(life).has_value());
  EXPECT_FALSE(read_renewal_record(life).has_value());
  EXPECT_FALSE(read_peer_record(life).has_value());
  EXPECT_FALSE(read_wish_record(life).has_value());
  EXPECT_FALSE(read_life_record(life.view().substr(1)).has_value());
  std::string newer(life);
  newer[0] = 2;
  EXPECT_FALSE(read_life_record(newer).has_value()) << "an unknown layout";
}

TEST(Attempts, TellOneChangeFromAnother) {
  const StoreValue a = write_record(LifeRecord{AttemptId{1}, 2, false, {}});
  EXPECT_TRUE(same_change(a, with_attempt(a, AttemptId{77})));
  EXPECT_NE(a, with_attempt(a, AttemptId{77}));
  EXPECT_FALSE(same_change(a, write_record(LifeRecord{AttemptId{1}, 3, false, {}})));
  EXPECT_FALSE(same_change(a, ""));
}

TEST(ResumeRoot, OpensUnderItsKeyForItsSessionOnly) {
  const SealedRoot sealed = seal_resume_root(key_of(1), key_of(2), SessionId{{3}}, SealNonce{});
  const auto open = open_resume_root(sealed, key_of(2), SessionId{{3}});
  ASSERT_TRUE(open.has_value());
  EXPECT_TRUE(open->equals(key_of(1)));
  EXPECT_FALSE(open_resume_root(sealed, key_of(9), SessionId{{3}}).has_value());
  EXPECT_FALSE(open_resume_root(sealed, key_of(2), SessionId{{4}}).has_value());
}

}  // namespace
}  // namespace jvpn::test
