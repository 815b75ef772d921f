// SPDX-License-Identifier: Apache-2.0
// Tickets, with their key known.
#include "control/ticket.h"

#include "crypto/sealing.h"
#include "tests/fuzz/fuzz.h"
#include "tests/session/core/hex.h"

namespace jvpn::fuzz {
namespace {

Mark opened("opened");
Mark refused("a changed one refused");

Key32 key() {
  Bytes<32> bytes = test::rising<32>(0x40);
  return Key32::take(bytes);
}

}  // namespace

void one(ByteView input) {
  ByteReader in(input);
  ensure(!open_ticket(in.bytes<kTicketSize>(), key()), "nobody else has the key");
  in = ByteReader(input);
  const TicketBody body{SessionId{in.bytes<16>()}, OwnerEpoch{in.number<std::uint32_t>()}};
  Ticket ticket = make_ticket(body, key(), in.bytes<kSealNonceSize>());
  const std::optional<TicketBody> read = open_ticket(ticket, key());
  ensure(read && read->session == body.session && read->issued_in == body.issued_in,
         "a ticket says what it was made for");
  opened.hit();
  flip_one_bit(in, ticket);
  ensure(!open_ticket(ticket, key()), "no bit can be changed");
  refused.hit();
}

void seeds(const Keep& keep) {
  keep("body", test::rising<48>(0xd0));
  keep("unsealed", test::rising<kTicketSize>(1));
}

}  // namespace jvpn::fuzz
