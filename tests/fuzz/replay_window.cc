// SPDX-License-Identifier: Apache-2.0
// The replay window against a set that forgets nothing. The input is a list of steps: a distance
// from the newest counter, small or large, and whether to check or to mark.
#include "session/core/replay_window.h"

#include <set>

#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {
namespace {

Mark fresh("fresh");
Mark duplicate("duplicate");
Mark late("late");
Mark lap("a jump over the whole ring");
Mark edge("the oldest counter that is still accepted");

class Model {
 public:
  explicit Model(std::uint32_t window) : window_(window) {}

  Freshness check(std::uint64_t counter) const {
    if (counter == UINT64_MAX) return Freshness::late;
    if (counter < next_ && next_ - counter > window_) return Freshness::late;
    return seen_.count(counter) != 0 ? Freshness::duplicate : Freshness::fresh;
  }
  Freshness mark(std::uint64_t counter) {
    const Freshness freshness = check(counter);
    if (freshness != Freshness::fresh) return freshness;
    seen_.insert(counter);
    next_ = std::max(next_, counter + 1);
    return freshness;
  }
  std::uint64_t next() const { return next_; }

 private:
  std::uint32_t window_;
  std::uint64_t next_ = 0;
  std::set<std::uint64_t> seen_;
};

std::uint64_t counter_of(ByteReader& in, std::uint8_t how, std::uint64_t next) {
  switch (how % 5) {
    case 0:
      return next + in.number<std::uint8_t>() % 4;
    case 1:
      return next - in.number<std::uint8_t>();
    case 2:
      return next - in.number<std::uint16_t>();
    case 3:
      return next + in.number<std::uint32_t>();
    default:
      return in.number<std::uint64_t>();
  }
}

void note(Freshness found, std::uint64_t counter, std::uint64_t next, std::uint32_t window) {
  fresh.hit_if(found == Freshness::fresh);
  duplicate.hit_if(found == Freshness::duplicate);
  late.hit_if(found == Freshness::late);
  lap.hit_if(found == Freshness::fresh && counter > next + 2 * kMaxReplayWindow);
  edge.hit_if(found == Freshness::fresh && counter < next && next - counter == window);
}

}  // namespace

void one(ByteView input) {
  ByteReader in(input);
  const std::uint32_t window =
      std::clamp<std::uint32_t>(in.number<std::uint16_t>(), 64, kMaxReplayWindow);
  ReplayWindow real;
  Model model(window);
  while (!in.rest().empty() && in.ok()) {
    const auto how = in.number<std::uint8_t>();
    const std::uint64_t counter = counter_of(in, how, model.next());
    note(model.check(counter), counter, model.next(), window);
    ensure(real.is_newest(Counter{counter}) == (counter >= model.next()), "newest is newest");
    ensure(real.check(Counter{counter}, window) == model.check(counter), "a check is right");
    if (how >= 0xc0) continue;  // the seal did not open: no mark
    ensure(real.mark(Counter{counter}, window) == model.mark(counter), "a mark is right");
    ensure(real.next() == model.next(), "next follows the highest");
  }
}

void seeds(const Keep& keep) {
  keep("in-order", Bytes<14>{0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
  keep("duplicate", Bytes<8>{0, 64, 0, 0, 0, 0, 1, 1});
  keep("edge-and-late", Bytes<15>{0, 64, 3, 0, 0, 1, 0, 1, 64, 1, 65, 1, 64, 0xc0, 2});
  keep("lap", Bytes<19>{0x20, 0, 0, 0, 3, 0, 1, 0, 0, 2, 0x20, 0, 3, 0, 0, 0x20, 0x41, 1, 9});
  keep("last", Bytes<14>{0, 64, 4, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0});
}

}  // namespace jvpn::fuzz
