// SPDX-License-Identifier: Apache-2.0
// What every fuzz target is made of. A target is one file: it defines one() and seeds(), and names
// its marks. Broken expectations end the process by ensure(), which libFuzzer takes for a crash.
//
// A mark is a place that fuzzing must get to, or the target proves less than it says: "opened",
// "a bind was committed". scripts/fuzz.sh fails when the corpus in the tree misses one.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/ensure.h"

namespace jvpn::fuzz {

/// One input. The target defines it. Reading past the end with a ByteReader yields zeros.
void one(ByteView input);

/// Keeps one seed of the corpus under this name.
using Keep = std::function<void(std::string_view name, ByteView bytes)>;
/// Small genuine inputs. The target defines it; scripts/fuzz.sh --seeds writes them into
/// tests/fuzz/corpus.
void seeds(const Keep& keep);

/// A global of a target's file. Counts are printed when the process exits: "mark NAME COUNT".
class Mark {
 public:
  explicit Mark(const char* name);
  void hit() { ++count_; }
  /// For conditions in passing; gives the condition back.
  bool hit_if(bool reached) {
    if (reached) hit();
    return reached;
  }

  const char* name() const { return name_; }
  std::uint64_t count() const { return count_; }

 private:
  const char* name_;
  std::uint64_t count_ = 0;
};

/// Must what was written be what was read?
inline void expect_same(ByteView one, ByteView other, const char* why) {
  ensure(one.size() == other.size() && std::equal(one.begin(), one.end(), other.begin()), why);
}

/// The input's next byte chooses a bit of `bytes`, and flips it.
inline void flip_one_bit(ByteReader& input, ByteSpan bytes) {
  const auto bit = input.number<std::uint16_t>() % (bytes.size() * 8);
  bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1u << bit % 8));
}

}  // namespace jvpn::fuzz
