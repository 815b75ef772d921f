// SPDX-License-Identifier: Apache-2.0
// INIT around its Noise message: fields lie where the writer puts them, mac1 says whose it is.
#include "session/core/handshake.h"

#include "session/core/cookie.h"
#include "tests/fuzz/fuzz.h"
#include "tests/session/core/hex.h"

namespace jvpn::fuzz {
namespace {

Mark read("read");
Mark for_us("a right mac1");
Mark with_cookie("a mac2");

const PublicKey kGateway = test::rising<32>(0x20);
constexpr std::size_t kNoiseSize = kInitSize - sizeof(WirePrefix) - 2 * kMacSize;

}  // namespace

void one(ByteView input) {
  const std::optional<InitFrame> frame = read_init(input);
  if (!read.hit_if(frame.has_value())) return;
  std::vector<std::uint8_t> again = write_init(frame->attempt, frame->noise, kGateway);
  const Mac right = mac1_of(kGateway, frame->before_mac1);
  ensure(mac1_in(again) == right && mac1_in(input) == frame->mac1, "mac1 lies where it belongs");
  if (!for_us.hit_if(right == frame->mac1)) return;
  with_cookie.hit_if(frame->mac2 != Mac{});
  put_mac2(again, frame->mac2);
  expect_same(input, again, "an INIT is its attempt, its Noise message and its MACs");
}

void seeds(const Keep& keep) {
  const std::vector<std::uint8_t> noise(kNoiseSize, 0x5a);
  std::vector<std::uint8_t> init = write_init(Tag(0x01020304050607), noise, kGateway);
  keep("init", init);
  put_mac2(init, mac2_of(Mac{7}, ByteView(init).first(init.size() - kMacSize)));
  keep("init-with-cookie", init);
  init[9] ^= 1;
  keep("init-for-another", init);
}

}  // namespace jvpn::fuzz
