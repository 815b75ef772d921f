// SPDX-License-Identifier: Apache-2.0
// CONFIRM: its frame, and the message in its seal when the fuzzer's bytes are the birth state.
#include "session/core/handshake.h"

#include "session/core/messages.h"
#include "tests/fuzz/fuzz.h"
#include "tests/session/core/samples.h"

namespace jvpn::fuzz {
namespace {

Mark read("read");
Mark opened("opened");

Key32 key() {
  Bytes<32> bytes = test::rising<32>(0x40);
  return Key32::take(bytes);
}

std::vector<std::uint8_t> plain_confirm() {
  return test::written(test::message_of(test::samples().front()));
}

void read_as_it_is(ByteView input) {
  const std::optional<ConfirmFrame> frame = read_confirm(input);
  if (!read.hit_if(frame.has_value())) return;
  ensure(frame->aad.size() + frame->sealed.size() == input.size(), "every byte is AAD or sealed");
  ensure(frame->aad.size() == sizeof(ControlHeader) + 2 + frame->birth_state.size(),
         "the birth state ends where the seal begins");
  std::vector<std::uint8_t> plain(frame->sealed.size() - kSealTagSize);
  opened.hit_if(open_control(key().view(), frame->nonce, frame->aad, frame->sealed, plain));
}

void carry_as_state(ByteView state) {
  if (state.empty() || state.size() > 900) return;
  const std::vector<std::uint8_t> message = plain_confirm();
  const auto datagram = write_confirm(message, state, key(), test::rising<24>(1));
  const std::optional<ConfirmFrame> frame = read_confirm(datagram);
  ensure(frame.has_value(), "what was written can be read");
  expect_same(frame->birth_state, state, "the birth state arrives as it left");
}

}  // namespace

void one(ByteView input) {
  read_as_it_is(input);
  carry_as_state(input);
}

void seeds(const Keep& keep) {
  const std::vector<std::uint8_t> state(195, 0xb5);
  keep("confirm", write_confirm(plain_confirm(), state, key(), test::rising<24>(1)));
  keep("least-state",
       write_confirm(plain_confirm(), ByteView(state).first(1), key(), test::rising<24>(2)));
}

}  // namespace jvpn::fuzz
