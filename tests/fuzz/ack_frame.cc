// SPDX-License-Identifier: Apache-2.0
#include "session/core/handshake.h"
#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {
namespace {

Mark read("read");
Mark long_state("a birth state of many bytes");

}  // namespace

void one(ByteView input) {
  const std::optional<AckFrame> frame = read_ack(input);
  if (!read.hit_if(frame.has_value())) return;
  long_state.hit_if(frame->birth_state.size() > 100);
  expect_same(input, write_ack(frame->attempt, frame->noise, frame->birth_state),
              "an ACK is its attempt, its Noise message and the birth state");
}

void seeds(const Keep& keep) {
  const std::vector<std::uint8_t> noise(260, 0x5a);
  const std::vector<std::uint8_t> state(195, 0xb5);
  keep("ack", write_ack(Tag(0x01020304050607), noise, state));
  keep("least",
       write_ack(Tag(1), ByteView(noise).first(kNoiseMessage2Overhead), ByteView(state).first(1)));
  keep("longest", write_ack(Tag(1), noise, std::vector<std::uint8_t>(930)));
}

}  // namespace jvpn::fuzz
