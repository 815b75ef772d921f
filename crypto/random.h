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

/// The system's random bytes, fetched a page at a time for who draws a few very often: a call of
/// the kernel costs more than sealing a message does. What was handed out is wiped here. One
/// thread.
class PooledRandom final : public RandomSource {
 public:
  PooledRandom() = default;
  ~PooledRandom() override;
  PooledRandom(const PooledRandom&) = delete;
  PooledRandom(PooledRandom&&) noexcept : PooledRandom() {}  ///< begins a page of its own
  PooledRandom& operator=(const PooledRandom&) = delete;

  void fill(ByteSpan out) override;

 private:
  SystemRandom system_;
  Bytes<4096> pool_{};
  std::size_t used_ = pool_.size();
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
