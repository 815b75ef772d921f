// SPDX-License-Identifier: Apache-2.0
#include "base/cursor.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace jvpn {
namespace {

using Buffer = std::vector<std::uint8_t>;

/// One field of a random message: a number of a random width, or bytes.
struct Field {
  std::size_t width;  // 1, 2, 4, 8: a number; else: that many bytes
  std::uint64_t number;
  Buffer bytes;
};

std::ostream& operator<<(std::ostream& out, const Field& field) {
  return out << "{width " << field.width << ", number " << field.number << "}";
}

rc::Gen<Field> any_field() {
  return rc::gen::build<Field>(
      rc::gen::set(&Field::width, rc::gen::element<std::size_t>(1, 2, 4, 8, 0, 5)),
      rc::gen::set(&Field::number),
      rc::gen::set(&Field::bytes,
                   rc::gen::container<Buffer>(5, rc::gen::arbitrary<std::uint8_t>())));
}

std::size_t size_of(const std::vector<Field>& fields) {
  std::size_t size = 0;
  for (const Field& field : fields) size += field.width;
  return size;
}

void write(ByteWriter& writer, const Field& field) {
  switch (field.width) {
    case 1:
      writer.number(static_cast<std::uint8_t>(field.number));
      break;
    case 2:
      writer.number(static_cast<std::uint16_t>(field.number));
      break;
    case 4:
      writer.number(static_cast<std::uint32_t>(field.number));
      break;
    case 8:
      writer.number(field.number);
      break;
    default:
      writer.bytes(ByteView(field.bytes).first(field.width));
  }
}

bool reads_as(ByteReader& reader, const Field& field) {
  switch (field.width) {
    case 1:
      return reader.number<std::uint8_t>() == static_cast<std::uint8_t>(field.number);
    case 2:
      return reader.number<std::uint16_t>() == static_cast<std::uint16_t>(field.number);
    case 4:
      return reader.number<std::uint32_t>() == static_cast<std::uint32_t>(field.number);
    case 8:
      return reader.number<std::uint64_t>() == field.number;
    default: {
      const ByteView view = reader.view(field.width);
      return std::equal(view.begin(), view.end(), field.bytes.begin(),
                        field.bytes.begin() + static_cast<std::ptrdiff_t>(field.width));
    }
  }
}

std::vector<Field> any_fields() {
  return *rc::gen::container<std::vector<Field>>(any_field());
}

RC_GTEST_PROP(Cursors, ReadWhatWasWrittenAndEndWithNothingLeft, ()) {
  const std::vector<Field> fields = any_fields();
  Buffer message(size_of(fields));
  ByteWriter writer(message);
  for (const Field& field : fields) write(writer, field);
  RC_ASSERT(writer.ok());
  RC_ASSERT(writer.size() == message.size());

  ByteReader reader(message);
  for (const Field& field : fields) RC_ASSERT(reads_as(reader, field));
  RC_ASSERT(reader.finished());
}

RC_GTEST_PROP(Cursors, SayNoForEveryMessageThatIsTooShort, ()) {
  const std::vector<Field> fields = any_fields();
  const std::size_t whole = size_of(fields);
  RC_PRE(whole > 0U);
  Buffer message(*rc::gen::inRange<std::size_t>(0, whole));
  ByteWriter writer(message);
  for (const Field& field : fields) write(writer, field);
  RC_ASSERT(!writer.ok());
  RC_ASSERT(writer.size() <= message.size());

  ByteReader reader(message);
  for (const Field& field : fields) reads_as(reader, field);
  RC_ASSERT(!reader.ok());
  RC_ASSERT(!reader.finished());
}

TEST(ByteReader, StaysFailedAndGivesZerosAfterAStepOutOfBounds) {
  const Bytes<3> message{1, 2, 3};
  ByteReader reader(message);
  EXPECT_EQ(reader.number<std::uint32_t>(), 0U);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.number<std::uint8_t>(), 0U);  // would fit, but the message is already refused
  EXPECT_EQ(reader.bytes<2>(), (Bytes<2>{}));
  EXPECT_TRUE(reader.view(1).empty());
  EXPECT_FALSE(reader.only_padding_left());
  EXPECT_EQ(reader.rest().size(), 3U);
}

TEST(ByteReader, IsNotFinishedWhileBytesAreLeft) {
  const Bytes<3> message{1, 0, 0};
  ByteReader reader(message);
  reader.number<std::uint8_t>();
  EXPECT_TRUE(reader.ok());
  EXPECT_FALSE(reader.finished());
  EXPECT_TRUE(reader.only_padding_left());
  reader.view(2);
  EXPECT_TRUE(reader.finished());
}

TEST(ByteReader, TakesNoNonzeroByteForPadding) {
  for (std::size_t at = 0; at < 4; ++at) {
    Bytes<4> message{};
    message[at] = 1;
    EXPECT_FALSE(ByteReader(message).only_padding_left()) << at;
  }
}

TEST(ByteReader, RefusesACountThatWouldOverflowAnAddress) {
  const Bytes<4> message{};
  ByteReader reader(message);
  EXPECT_TRUE(reader.view(SIZE_MAX).empty());
  EXPECT_FALSE(reader.ok());
}

TEST(ByteWriter, WritesNothingMoreAfterAStepOutOfBounds) {
  Bytes<4> into{9, 9, 9, 9};
  ByteWriter writer(into);
  writer.number(std::uint16_t{0x0102}).number(std::uint32_t{0}).number(std::uint8_t{5});
  EXPECT_FALSE(writer.ok());
  EXPECT_EQ(writer.size(), 2U);
  EXPECT_EQ(into, (Bytes<4>{1, 2, 9, 9}));
}

TEST(ByteWriter, PadsWithZerosUpToTheSizeAsked) {
  Bytes<6> into{9, 9, 9, 9, 9, 9};
  ByteWriter writer(into);
  writer.number(std::uint8_t{1}).pad_to(4);
  EXPECT_EQ(writer.size(), 4U);
  EXPECT_EQ(into, (Bytes<6>{1, 0, 0, 0, 9, 9}));
  EXPECT_EQ(writer.pad_to(2).size(), 4U);
  EXPECT_TRUE(writer.ok());
  EXPECT_FALSE(writer.pad_to(7).ok());
}

TEST(ByteWriter, ShowsWhatWasWrittenSoFar) {
  Bytes<8> into{};
  ByteWriter writer(into);
  writer.bytes(Bytes<3>{1, 2, 3});
  EXPECT_EQ(Buffer(writer.written().begin(), writer.written().end()), (Buffer{1, 2, 3}));
  EXPECT_EQ(writer.written().data(), into.data());
}

}  // namespace
}  // namespace jvpn
