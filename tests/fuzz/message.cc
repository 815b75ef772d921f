// SPDX-License-Identifier: Apache-2.0
// The plain bytes of a control message: what is read is written back byte by byte, so that no
// message has two spellings.
#include "session/core/messages.h"

#include "tests/fuzz/fuzz.h"
#include "tests/session/core/samples.h"

namespace jvpn::fuzz {
namespace {

Mark read("read");
Mark padded("padded");
Mark answers("an answer");
Mark policy_update("a policy update");
Mark last_kind("a call");

}  // namespace

void one(ByteView input) {
  if (input.size() > kMaxMessageSize) return;
  const std::optional<Message> message = read_message(input);
  if (!read.hit_if(message.has_value())) return;
  answers.hit_if(message->answers.value != 0);
  policy_update.hit_if(std::holds_alternative<PolicyUpdate>(message->body));
  last_kind.hit_if(std::holds_alternative<Call>(message->body));
  Bytes<kMaxMessageSize> out;
  const std::size_t bare = write_message(*message, out);
  ensure(bare <= input.size(), "what was read has room for all that is written");
  padded.hit_if(bare < input.size());
  const std::size_t size = write_message(*message, out, input.size());
  expect_same(input, ByteView(out).first(size), "one message, one spelling");
}

void seeds(const Keep& keep) {
  for (const test::Sample& sample : test::samples()) {
    const Message message = test::message_of(sample);
    const std::string name = "kind" + std::to_string(static_cast<int>(sample.kind));
    keep(name, test::written(message));
    keep(name + "-padded", test::written(message, 200));
  }
}

}  // namespace jvpn::fuzz
