// SPDX-License-Identifier: Apache-2.0
// CONTROL and TICKETED with the key known: the fuzzer's bytes are sealed here, so that they get
// past the AEAD, and any one changed bit keeps them out. Bytes that nobody sealed never open.
#include "session/core/control_datagram.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seal_raw.h"
#include "tests/session/core/samples.h"

namespace jvpn::fuzz {
namespace {

Mark control("control opened");
Mark ticketed("ticketed opened");
Mark genuine("a message inside");
Mark refused("a changed one refused");
Mark ticket_of_unsealed("a ticket of bytes that nobody sealed");

using Datagram = std::vector<std::uint8_t>;

Key32 key() {
  Bytes<32> bytes = test::rising<32>(0x40);
  return Key32::take(bytes);
}

Datagram seal(ByteView plain, bool with_ticket) {
  return seal_raw(plain, {test::kTag, with_ticket ? &test::kTicket : nullptr, 0}, key(),
                  test::rising<24>(1));
}

void read_as_it_is(ByteView input) {
  Datagram plain(input.size());
  ensure(open_datagram(input, key().view(), plain) == 0, "nobody else has the key");
  ticket_of_unsealed.hit_if(ticket_in(input).has_value());
}

void open_sealed(ByteReader in, bool with_ticket) {
  const ByteView plain = in.rest();
  Datagram datagram = seal(plain, with_ticket);
  Datagram out(datagram.size());
  const std::size_t size = open_datagram(datagram, key().view(), out);
  const bool fits = plain.size() >= kMessagePrefixSize && datagram.size() <= kMaxControlSize;
  ensure(size == (fits ? plain.size() : 0), "opens exactly when it may hold a message");
  if (!fits) return;
  (with_ticket ? ticketed : control).hit();
  ensure(ticket_in(datagram).has_value() == with_ticket, "a ticket where there is one");
  expect_same(plain, ByteView(out).first(size), "what was sealed comes out");
  genuine.hit_if(read_message(plain).has_value());
}

void change_one_bit(ByteReader in, bool with_ticket) {
  const auto place = in;
  Datagram datagram = seal(in.rest(), with_ticket);
  ByteReader bit = place;
  flip_one_bit(bit, datagram);
  Datagram out(datagram.size());
  ensure(open_datagram(datagram, key().view(), out) == 0, "no bit can be changed");
  refused.hit();
}

}  // namespace

void one(ByteView input) {
  if (input.size() > kMaxControlSize) return;
  read_as_it_is(input);
  ByteReader in(input);
  const bool with_ticket = in.number<std::uint8_t>() % 2 != 0;
  open_sealed(in, with_ticket);
  change_one_bit(in, with_ticket);
}

void seeds(const Keep& keep) {
  for (const test::Sample& sample : test::samples()) {
    Datagram plain = test::written(test::message_of(sample));
    plain.insert(plain.begin(), static_cast<std::uint8_t>(sample.kind));
    keep("kind" + std::to_string(static_cast<int>(sample.kind)), plain);
  }
  Datagram unsealed(kTicketedOverhead + kMessagePrefixSize, 1);
  store(unsealed.data(), WirePrefix::make(WireType::ticketed, test::kTag));
  keep("unsealed-ticketed", unsealed);
}

}  // namespace jvpn::fuzz
