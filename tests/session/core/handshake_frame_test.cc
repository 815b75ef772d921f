// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "session/core/handshake.h"
#include "tests/session/core/samples.h"

namespace jvpn {
namespace {

using namespace test;

constexpr std::size_t kNoise1 = kInitPayloadSize + kNoiseMessage1Overhead;
const PublicKey kGateway = rising<32>(0x20);
const SealNonce kNonce = rising<24>(0x40);
const std::vector<std::uint8_t> kBirthState(5, 0xb1);
const std::vector<std::uint8_t> kNoise2(kNoiseMessage2Overhead + 3, 0xcd);

Key32 key() {
  return Key32::copy_of(rising<32>(0x80));
}
std::vector<std::uint8_t> init() {
  return write_init(kTag, std::vector<std::uint8_t>(kNoise1, 0xab), kGateway);
}
std::vector<std::uint8_t> ack() {
  return write_ack(kTag, kNoise2, kBirthState);
}
std::vector<std::uint8_t> confirm() {
  const Message message{OwnerEpoch{1}, MessageNumber{1}, {}, kSession, HandshakeConfirm{}};
  return write_confirm(written(message), kBirthState, key(), kNonce);
}

template <class Read>
void expect_refused_with_any_bit_set(const std::vector<std::uint8_t>& datagram,
                                     std::size_t first_byte, std::size_t end_byte, Read read) {
  for (std::size_t bit = 8 * first_byte; bit < 8 * end_byte; ++bit) {
    auto flipped = datagram;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (0x80 >> bit % 8));
    EXPECT_FALSE(read(flipped)) << "bit " << bit;
  }
}

TEST(InitFrame, HasTheBytesOfTheSpecification) {
  std::string golden = "1001020304050607";
  for (std::size_t i = 0; i < kNoise1; ++i) golden += "ab";
  golden += "cbca10095fc50b18b299bc457274a59c";  // wire_reference.py
  golden += std::string(32, '0');
  EXPECT_EQ(hex(init()), golden);
}

TEST(InitFrame, ReadsItsParts) {
  const auto datagram = init();
  const auto frame = read_init(datagram);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->attempt, kTag);
  EXPECT_EQ(hex(frame->noise), hex(std::vector<std::uint8_t>(kNoise1, 0xab)));
  EXPECT_EQ(frame->before_mac1.size(), kInitSize - 32);
  EXPECT_EQ(frame->mac1, mac1_of(kGateway, frame->before_mac1));
  EXPECT_EQ(frame->mac2, Mac{});
}

TEST(InitFrame, AnyChangedByteBeforeMac1OrAnotherGatewayChangesMac1) {
  const auto datagram = init();
  const Mac mac1 = read_init(datagram)->mac1;
  for (std::size_t at = 0; at < kInitSize - 32; ++at) {
    auto changed = datagram;
    changed[at] ^= 1;
    EXPECT_NE(mac1_of(kGateway, ByteView(changed).first(kInitSize - 32)), mac1);
  }
  EXPECT_NE(mac1_of(rising<32>(0x21), ByteView(datagram).first(kInitSize - 32)), mac1);
}

TEST(InitFrame, Mac1IsThatOfTheSpecification) {
  const std::string_view text = "before";
  const ByteView bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  EXPECT_EQ(hex(mac1_of(kGateway, bytes)), "478c38b6a5a0f40031efb8bd95ccc527");
}

TEST(InitFrame, OnlyTheExactSizeTypeAndZeroBitsAreRead) {
  auto bytes = init();
  expect_refused_with_any_bit_set(bytes, 0, 1, [](ByteView d) { return read_init(d); });
  bytes.resize(1500);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
    EXPECT_EQ(read_init(cut).has_value(), size == kInitSize) << size;
  }
}

TEST(AckFrame, HasTheBytesOfTheSpecification) {
  EXPECT_EQ(hex(ack()),
            "2001020304050607"
            "0033" +
                hex(kNoise2) + "b1b1b1b1b1");
  const auto datagram = ack();
  const auto frame = read_ack(datagram);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->attempt, kTag);
  EXPECT_EQ(hex(frame->noise), hex(kNoise2));
  EXPECT_EQ(hex(frame->birth_state), hex(kBirthState));
}

TEST(AckFrame, NeedsBothPartsAtEveryLength) {
  auto bytes = ack();
  const std::size_t before_birth_state = 10 + kNoise2.size();
  expect_refused_with_any_bit_set(bytes, 0, 1, [](ByteView d) { return read_ack(d); });
  bytes.resize(1500);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
    const bool whole = size > before_birth_state && size <= kMaxControlSize;
    EXPECT_EQ(read_ack(cut).has_value(), whole) << size;
  }
}

TEST(AckFrame, RefusesEveryLengthThatIsNoNoiseMessageOrLeavesNoBirthState) {
  auto bytes = ack();
  for (unsigned length = 0; length <= 0xffff; ++length) {
    bytes[8] = static_cast<std::uint8_t>(length >> 8);
    bytes[9] = static_cast<std::uint8_t>(length);
    const bool fits = length >= kNoiseMessage2Overhead && length < bytes.size() - 10;
    EXPECT_EQ(read_ack(bytes).has_value(), fits) << length;
  }
}

TEST(ConfirmFrame, HasTheBytesOfTheSpecification) {
  // Sealed by an independent implementation (wire_reference.py).
  EXPECT_EQ(hex(confirm()),
            "4000000000000000404142434445464748494a4b4c4d4e4f5051525354555657"
            "0005b1b1b1b1b1"
            "f10c73f559f1f45afb1277d3f6ae9d543247726e05449cec1a6b27df9680db1f"
            "d8e5caa6f7b041a2cf2e0b51233b8450bf32807c43d8c571");
}

TEST(ConfirmFrame, ReadsItsPartsAndOpens) {
  const auto datagram = confirm();
  const auto frame = read_confirm(datagram);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->nonce, kNonce);
  EXPECT_EQ(hex(frame->birth_state), hex(kBirthState));
  std::vector<std::uint8_t> plain(frame->sealed.size() - kSealTagSize);
  ASSERT_TRUE(open_control(key().view(), frame->nonce, frame->aad, frame->sealed, plain));
  EXPECT_EQ(kind_of(read_message(plain)->body), MessageKind::handshake_confirm);
}

TEST(ConfirmFrame, NoFlippedBitIsBothReadAndOpened) {
  const auto datagram = confirm();
  for (std::size_t bit = 0; bit < 8 * datagram.size(); ++bit) {
    auto flipped = datagram;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto frame = read_confirm(flipped);
    if (!frame) continue;
    std::vector<std::uint8_t> plain(frame->sealed.size() - kSealTagSize);
    EXPECT_FALSE(open_control(key().view(), frame->nonce, frame->aad, frame->sealed, plain)) << bit;
  }
}

TEST(ConfirmFrame, NeedsAllPartsAtEveryLength) {
  auto bytes = confirm();
  const std::size_t minimum = 34 + kBirthState.size() + kMessagePrefixSize + kSealTagSize;
  expect_refused_with_any_bit_set(bytes, 0, 8, [](ByteView d) { return read_confirm(d); });
  bytes.resize(1500);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
    EXPECT_EQ(read_confirm(cut).has_value(), size >= minimum && size <= kMaxControlSize) << size;
  }
}

TEST(ConfirmFrame, RefusesEveryBirthStateLengthThatLeavesNoRoomForTheSeal) {
  auto bytes = confirm();
  const std::size_t room = bytes.size() - 34 - kMessagePrefixSize - kSealTagSize;
  for (unsigned length = 0; length <= 0xffff; ++length) {
    bytes[32] = static_cast<std::uint8_t>(length >> 8);
    bytes[33] = static_cast<std::uint8_t>(length);
    EXPECT_EQ(read_confirm(bytes).has_value(), length >= 1 && length <= room) << length;
  }
}

}  // namespace
}  // namespace jvpn
