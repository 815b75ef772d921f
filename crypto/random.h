// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace jvpn {

/// Where the protocol cores get unpredictable bytes from. The programs hand in the kernel's
/// generator, tests and the simulator a seeded one: the same draws give the same run.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(ByteSpan out) = 0;

  template <std::size_t N>
  Bytes<N> draw() {
    Bytes<N> out;
    fill(out);
    return out;
  }
};

/// The operating system's generator by way of libsodium. Any thread.
class SystemRandom final : public RandomSource {
 public:
  void fill(ByteSpan out) override;
};

/// ChaCha20 keystream of a seed. For tests and simulation only.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void fill(ByteSpan out) override;

 private:
  Bytes<32> key_{};
  std::uint64_t block_ = 0;
};

}  // namespace jvpn
