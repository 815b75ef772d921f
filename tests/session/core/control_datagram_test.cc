// SPDX-License-Identifier: Apache-2.0
#include "session/core/control_datagram.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/session/core/samples.h"

namespace jvpn {
namespace {

using namespace test;

const SealNonce kNonce = rising<24>(0x40);
Key32 key() {
  return Key32::copy_of(rising<32>(0x80));
}

std::vector<std::uint8_t> sealed(const Message& message, std::size_t size = 0) {
  return seal_datagram(message, {.receiver = kTag, .size = size}, key(), kNonce);
}
/// The plain bytes, or nothing.
std::vector<std::uint8_t> opened(ByteView datagram) {
  std::vector<std::uint8_t> plain(datagram.size());
  plain.resize(open_datagram(datagram, key().view(), plain));
  return plain;
}

TEST(ControlDatagram, HasTheBytesOfTheSpecification) {
  // Sealed by an independent implementation (wire_reference.py).
  const Message message{OwnerEpoch{3}, MessageNumber{9}, MessageNumber{}, kSession,
                        PolicyAck{{2, 10}}};
  EXPECT_EQ(hex(sealed(message)),
            "6001020304050607404142434445464748494a4b4c4d4e4f5051525354555657"
            "f10c73f759e0f45afb1277d3f6ae9d5c3247726e05449cec1a6b27df9680db1f"
            "d8e5caa6f7b041a231d1e14320cee312979780eb418a6f7c2fa4075f");
  const Envelope ticketed{.receiver = kTag, .ticket = &kTicket};
  EXPECT_EQ(hex(seal_datagram(message, ticketed, key(), kNonce)),
            "7001020304050607404142434445464748494a4b4c4d4e4f5051525354555657" + hex(kTicket) +
                "f10c73f759e0f45afb1277d3f6ae9d5c3247726e05449cec1a6b27df9680db1f"
                "d8e5caa6f7b041a231d1e1434a368794877bf4eba4e8a46f378e89a3");
}

TEST(ControlDatagram, EveryMessageSurvivesSealingWithAnyPadding) {
  for (const Sample& sample : samples()) {
    for (std::size_t size : {std::size_t{0}, std::size_t{10}, kSmallAnswerSize, kRequestSize,
                             std::size_t{kMaxControlSize - 1}, kMaxControlSize}) {
      const auto datagram = sealed(message_of(sample), size);
      EXPECT_GE(datagram.size(), size);
      EXPECT_LE(datagram.size(), kMaxControlSize);
      const auto message = read_message(opened(datagram));
      ASSERT_TRUE(message);
      EXPECT_EQ(*message, message_of(sample));
    }
  }
}

TEST(ControlDatagram, WithATicketOpensTheSameAndShowsTheTicket) {
  for (const Sample& sample : samples()) {
    const Envelope envelope{.receiver = kTag, .ticket = &kTicket, .size = kRequestSize};
    const auto datagram = seal_datagram(message_of(sample), envelope, key(), kNonce);
    EXPECT_GE(datagram.size(), kRequestSize);
    EXPECT_EQ(ticket_in(datagram), kTicket);
    EXPECT_EQ(read_message(opened(datagram)), message_of(sample));
    EXPECT_FALSE(ticket_in(sealed(message_of(sample))));
    for (const std::size_t at : {std::size_t{32}, std::size_t{91}}) {
      auto forged = datagram;
      forged[at] ^= 1;
      EXPECT_TRUE(opened(forged).empty()) << "the ticket is sealed too: " << at;
    }
  }
}

TEST(ControlDatagram, RequestAndConfirmFitIntoTheirSizeWithATicket) {
  for (const auto i : {std::size_t{2}, std::size_t{4}}) {
    const Envelope envelope{.receiver = kTag, .ticket = &kTicket, .size = kRequestSize};
    EXPECT_EQ(seal_datagram(message_of(samples()[i]), envelope, key(), kNonce).size(),
              kRequestSize);
  }
}

TEST(ControlDatagram, AnswersAreNoLongerThanWhatTheyAnswer) {
  const auto size_of = [](std::size_t i) { return sealed(message_of(samples()[i])).size(); };
  EXPECT_LE(size_of(3), kRequestSize);      // CHALLENGE
  EXPECT_LE(size_of(5), kRequestSize);      // ACK
  EXPECT_LE(size_of(6), kSmallAnswerSize);  // REJECT
  EXPECT_LE(size_of(7), kSmallAnswerSize);  // NOTICE
  EXPECT_LE(size_of(8), kSmallAnswerSize);  // PATH_CHALLENGE
}

TEST(ControlDatagram, PadsToExactlyTheSizeAskedFor) {
  for (std::size_t size = kRequestSize; size <= kMaxControlSize; ++size) {
    EXPECT_EQ(sealed(message_of(samples()[2]), size).size(), size);
  }
}

TEST(ControlDatagram, NoFlippedBitOpens) {
  const auto datagram = sealed(message_of(samples()[4]));
  for (std::size_t bit = 0; bit < 8 * datagram.size(); ++bit) {
    auto flipped = datagram;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_TRUE(opened(flipped).empty()) << "bit " << bit;
  }
}

TEST(ControlDatagram, OpensAtItsOwnLengthOnly) {
  auto datagram = sealed(message_of(samples()[0]), kMaxControlSize - 3);
  const std::size_t whole = datagram.size();
  datagram.resize(kMaxControlSize + 100);
  for (std::size_t size = 0; size <= datagram.size(); ++size) {
    const std::vector<std::uint8_t> cut(datagram.begin(),
                                        datagram.begin() + static_cast<long>(size));
    EXPECT_EQ(!opened(cut).empty(), size == whole) << size;
  }
}

TEST(ControlDatagram, ASealOfAnotherTypeIsRefusedEvenIfItWouldOpen) {
  for (std::uint8_t first : Bytes<6>{0x10, 0x40, 0x50, 0x61, 0x71, 0x00}) {
    ControlHeader header{WirePrefix::make(WireType::control, kTag), kNonce};
    header.prefix.type_and_low = first;
    std::vector<std::uint8_t> datagram(kControlOverhead + kMessagePrefixSize);
    store(datagram.data(), header);
    const auto plain = written(message_of(samples()[0]));
    seal_control(key(), kNonce, ByteView(datagram).first(32), plain,
                 ByteSpan(datagram).subspan(32));
    EXPECT_TRUE(opened(datagram).empty());
  }
}

TEST(ControlDatagram, AnotherKeyDoesNotOpenIt) {
  const auto datagram = sealed(message_of(samples()[0]));
  std::vector<std::uint8_t> plain(datagram.size());
  EXPECT_EQ(open_datagram(datagram, rising<32>(0x81), plain), 0u);
}

TEST(ControlDatagram, AnyBytesAreTakenWithoutHarm) {
  EXPECT_TRUE(rc::check([] {
    auto bytes = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
    if (!bytes.empty()) bytes[0] = 0x60;
    RC_ASSERT(opened(bytes).empty());
  }));
}

}  // namespace
}  // namespace jvpn
