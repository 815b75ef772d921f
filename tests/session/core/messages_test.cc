// SPDX-License-Identifier: Apache-2.0
#include "session/core/messages.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/session/core/samples.h"

namespace jvpn {
namespace {

using namespace test;

template <class T>
T any() {
  return *rc::gen::arbitrary<T>();
}
template <std::size_t N>
Bytes<N> any_bytes() {
  Bytes<N> out{};
  for (auto& byte : out) byte = any<std::uint8_t>();
  return out;
}
StateVersion any_version() {
  return StateVersion::unpack(any<std::uint64_t>());
}
Endpoint any_endpoint() {
  return {IpAddress{any_bytes<16>()}, any<std::uint16_t>()};
}
PathToken any_token() {
  return {any<std::uint64_t>(), any<std::uint64_t>(), any_bytes<16>()};
}
Reason any_reason() {
  return static_cast<Reason>(any<std::uint16_t>());
}
Tag any_tag() {
  return Tag(any<std::uint64_t>());
}
Reattach any_reattach() {
  return {any_version(),
          KeyEpoch{any<std::uint32_t>()},
          PathId{any<std::uint8_t>()},
          any_reason(),
          any<std::uint32_t>(),
          any<std::uint64_t>(),
          any_bytes<32>(),
          any<bool>()};
}
Ticket any_ticket() {
  return any_bytes<kTicketSize>();
}
Owner any_owner() {
  return {any<std::uint8_t>(), any<std::uint64_t>()};
}
Rekey any_rekey() {
  return {KeyEpoch{any<std::uint32_t>()}, any_bytes<32>()};
}
PolicyVersion any_policy_version() {
  return {any<std::uint16_t>(), any<std::uint16_t>()};
}
PolicyUpdate any_policy_update() {
  PolicyUpdate update{any_policy_version(), client_part(Policy{}), any<std::uint16_t>(), {}, {}};
  update.policy.max_lifetime = std::chrono::milliseconds(any<std::uint32_t>());
  for (auto& server : update.dns) server = IpAddress{any_bytes<16>()};
  for (auto& endpoint : update.endpoints) endpoint = any_endpoint();
  return update;
}
Migrate any_migrate() {
  Migrate migrate;
  for (auto& endpoint : migrate.endpoints) endpoint = any_endpoint();
  return migrate;
}

MessageBody any_body(MessageKind kind) {
  switch (kind) {
    case MessageKind::handshake_confirm:
      return HandshakeConfirm{};
    case MessageKind::handshake_done:
      return HandshakeDone{any_tag(),     any_ticket(),   any_version(),
                           any_version(), any_endpoint(), any_owner()};
    case MessageKind::reattach_request:
      return ReattachRequest{any_reattach()};
    case MessageKind::reattach_challenge:
      return ReattachChallenge{any_endpoint(), any_token(), any_owner(), any_bytes<32>()};
    case MessageKind::reattach_confirm:
      return ReattachConfirm{any_reattach(), any_token()};
    case MessageKind::reattach_ack:
      return ReattachAck{any_tag(),     any_ticket(),   any_version(),
                         any_version(), any_endpoint(), KeyEpoch{any<std::uint32_t>()},
                         any_owner()};
    case MessageKind::reattach_reject:
      return ReattachReject{any_reason(), any_version(), any_version(), any<std::uint32_t>()};
    case MessageKind::unbound_notice:
      return UnboundNotice{any_endpoint(), any_token(), any_version()};
    case MessageKind::path_challenge:
      return PathChallenge{any_endpoint(), any_token()};
    case MessageKind::path_response:
      return PathResponse{PathId{any<std::uint8_t>()}, any_token()};
    case MessageKind::terminate:
      return Terminate{any_reason(), any_version()};
    case MessageKind::path_probe:
      return PathProbe{PathId{any<std::uint8_t>()}, any<std::uint32_t>(), any<std::uint32_t>()};
    case MessageKind::rekey_init:
      return RekeyInit{any_rekey()};
    case MessageKind::rekey_ack:
      return RekeyAck{any_rekey()};
    case MessageKind::policy_update:
      return any_policy_update();
    case MessageKind::policy_ack:
      return PolicyAck{any_policy_version()};
    case MessageKind::migrate:
      return any_migrate();
    case MessageKind::call:
      return Call{};
  }
  return {};
}

TEST(Messages, EachKindHasTheBytesOfTheSpecification) {
  for (const Sample& sample : samples()) {
    EXPECT_EQ(kind_of(sample.body), sample.kind);
    EXPECT_EQ(hex(written(message_of(sample))), golden_of(sample));
    const auto read = read_message(unhex(golden_of(sample)));
    ASSERT_TRUE(read) << golden_of(sample);
    EXPECT_EQ(*read, message_of(sample));
  }
  EXPECT_EQ(samples().size(), std::variant_size_v<MessageBody>);
}

TEST(Messages, AnyMessageOfAnyKindSurvivesTheWire) {
  for (const Sample& sample : samples()) {
    EXPECT_TRUE(rc::check([&] {
      const Message message{OwnerEpoch{any<std::uint32_t>()}, MessageNumber{any<std::uint64_t>()},
                            MessageNumber{any<std::uint64_t>()}, SessionId{any_bytes<16>()},
                            any_body(sample.kind)};
      const auto padding = *rc::gen::inRange<std::size_t>(0, kMaxMessageSize + 1);
      const auto read = read_message(written(message, padding));
      RC_ASSERT(read.has_value());
      RC_ASSERT(*read == message);
    }));
  }
}

TEST(Messages, PaddingIsZerosUpToTheSizeAskedForAndNoLongerThanTheMessageOtherwise) {
  const Message message = message_of(samples()[0]);
  EXPECT_EQ(written(message, 0).size(), kMessagePrefixSize);
  EXPECT_EQ(written(message, 10).size(), kMessagePrefixSize);
  const auto padded = written(message, kMaxMessageSize);
  EXPECT_EQ(padded.size(), kMaxMessageSize);
  for (std::size_t i = kMessagePrefixSize; i < padded.size(); ++i) EXPECT_EQ(padded[i], 0);
}

TEST(Messages, EveryTruncationIsRefused) {
  for (const Sample& sample : samples()) {
    const auto whole = unhex(golden_of(sample));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      // A copy of exactly that size, so that a sanitizer sees any read beyond it.
      const std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<long>(size));
      EXPECT_FALSE(read_message(cut)) << golden_of(sample) << " cut to " << size;
    }
  }
}

TEST(Messages, WhatFollowsTheBodyMustBeZeroAtEveryLength) {
  for (const Sample& sample : samples()) {
    auto longer = unhex(golden_of(sample));
    while (longer.size() < kMaxMessageSize) {
      longer.push_back(1);
      EXPECT_FALSE(read_message(longer));
      longer.back() = 0;
      EXPECT_TRUE(read_message(longer));
    }
  }
}

TEST(Messages, EveryBitOfClassKindAndReservedBytesMatters) {
  for (const Sample& sample : samples()) {
    const auto whole = unhex(golden_of(sample));
    for (std::size_t bit = 4 * 8; bit < 8 * 8; ++bit) {
      auto flipped = whole;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (0x80 >> bit % 8));
      const auto read = read_message(flipped);
      // Kinds of one class and size (PATH_CHALLENGE, PATH_RESPONSE) differ in the kind only.
      if (!read) continue;
      EXPECT_EQ(bit / 8, 5u) << "bit " << bit;
      EXPECT_NE(kind_of(read->body), sample.kind);
    }
  }
}

TEST(Messages, UnknownKindsAreRefusedWithEitherClass) {
  for (unsigned kind = 0; kind < 256; ++kind) {
    if (kind >= 1 && kind <= 18) continue;
    for (std::uint8_t message_class : {std::uint8_t{1}, std::uint8_t{2}}) {
      std::vector<std::uint8_t> plain(kMaxMessageSize);
      plain[4] = message_class;
      plain[5] = static_cast<std::uint8_t>(kind);
      EXPECT_FALSE(read_message(plain)) << kind;
    }
  }
}

TEST(Messages, AnyBytesAreReadWithoutHarmAndWriteBackTheSame) {
  EXPECT_TRUE(rc::check([] {
    auto plain = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
    const auto all = samples();
    if (any<bool>()) {
      plain = unhex(golden_of(all[*rc::gen::inRange<std::size_t>(0, all.size())]));
      plain[*rc::gen::inRange<std::size_t>(0, plain.size())] = any<std::uint8_t>();
    }
    const auto read = read_message(plain);
    if (read) RC_ASSERT(written(*read, plain.size()) == plain);
  }));
}

TEST(Messages, NoAnswerIsLongerThanWhatProvokesIt) {
  for (const Sample& sample : samples()) {
    const std::size_t datagram = kControlOverhead + unhex(golden_of(sample)).size();
    const bool small = sample.kind == MessageKind::unbound_notice ||
                       sample.kind == MessageKind::path_challenge ||
                       sample.kind == MessageKind::reattach_reject;
    // Nobody provokes a POLICY_UPDATE: it goes to the bound path.
    if (sample.kind == MessageKind::policy_update) continue;
    EXPECT_LE(datagram, small ? kSmallAnswerSize : kRequestSize);
  }
}

}  // namespace
}  // namespace jvpn
