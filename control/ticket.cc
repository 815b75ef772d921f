// SPDX-License-Identifier: Apache-2.0
#include "control/ticket.h"

#include "base/ensure.h"
#include "crypto/sealing.h"
#include "session/core/wire_fields.h"

namespace jvpn {
namespace {

constexpr std::size_t kPlainSize = 16 + 4;
constexpr Bytes<6> kPurpose{'t', 'i', 'c', 'k', 'e', 't'};
static_assert(kTicketSize == kSealNonceSize + kPlainSize + kSealTagSize);

}  // namespace

Ticket make_ticket(const TicketBody& body, const Key32& key, const SealNonce& nonce) {
  Bytes<kPlainSize> plain{};
  FieldWriter field(plain);
  field(body.session, body.issued_in);
  ensure(field.cursor().ok() && field.cursor().size() == kPlainSize, "id and epoch");
  Ticket ticket{};
  std::ranges::copy(nonce, ticket.begin());
  seal_control(key, nonce, kPurpose, plain, ByteSpan(ticket).subspan(kSealNonceSize));
  return ticket;
}

std::optional<TicketBody> open_ticket(const Ticket& ticket, const Key32& key) {
  Bytes<kPlainSize> plain{};
  const SealNonce nonce = load<SealNonce>(ticket.data());
  const ByteView sealed = ByteView(ticket).subspan(kSealNonceSize);
  if (!open_control(key.view(), nonce, kPurpose, sealed, plain)) return std::nullopt;
  TicketBody body;
  FieldReader field(plain);
  field(body.session, body.issued_in);
  return body;
}

}  // namespace jvpn
