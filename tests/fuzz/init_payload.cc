// SPDX-License-Identifier: Apache-2.0
// What a client offers inside INIT. Offers that we do not know are passed over, so what was read
// need not be what came; but what it says is said again, and then for good.
#include "session/core/handshake.h"

#include "tests/fuzz/fuzz.h"
#include "tests/session/core/hex.h"

namespace jvpn::fuzz {
namespace {

Mark read("read");
Mark newer("an offer that only a newer client knows");

using Plain = Bytes<kInitPayloadSize>;

}  // namespace

void one(ByteView input) {
  Plain padded{};  // a short input is a payload padded with zeros
  std::copy_n(input.begin(), std::min(input.size(), padded.size()), padded.begin());
  const std::optional<InitPayload> payload = read_init_payload(padded);
  if (!read.hit_if(payload.has_value())) return;
  Plain out{};
  ensure(write_init_payload(*payload, out), "what was read can be written");
  newer.hit_if(out != padded);
  const std::optional<InitPayload> again = read_init_payload(out);
  ensure(again && *again == *payload, "what was written is what was read");
  ensure(!read_init_payload(input.first(std::min(input.size(), kInitPayloadSize - 1))),
         "one size only");
}

void seeds(const Keep& keep) {
  InitPayload payload;
  payload.suites = {Suite::chacha20_poly1305, Suite::aes_256_gcm};
  payload.client_tag = Tag(0x01020304050607);
  payload.psk_id = 77;
  payload.current_session.bytes = test::rising<16>(0xd0);
  payload.wanted_heartbeat = 250ms;
  Plain out{};
  ensure(write_init_payload(payload, out), "a good payload");
  const ByteView fields = ByteView(out).first(48);  // the rest is padding
  keep("init", fields);
  payload.versions = {9, kProtocolVersion};
  payload.suites.push_back(static_cast<Suite>(200));
  ensure(write_init_payload(payload, out), "a good payload of a newer client");
  keep("newer", fields);
}

}  // namespace jvpn::fuzz
