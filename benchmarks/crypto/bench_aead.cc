// SPDX-License-Identifier: Apache-2.0
// What sealing and opening cost per packet: bursts of 32, one key, packets in cache, a 16-byte
// header as AAD. `bench_aead --benchmark_format=json` for machines; docs cite the column `packet`.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <vector>

#include "crypto/aead.h"
#include "crypto/random.h"

namespace jvpn {
namespace {

constexpr std::size_t kBurst = 32;
constexpr std::uint32_t kHeaderSize = 16;

/// A burst of packets as on the wire: header, data, tag.
class Burst {
 public:
  Burst(const AeadKey& key, std::uint32_t size)
      : stride_((kHeaderSize + size + kAeadTagSize + 63) / 64 * 64), memory_(stride_ * kBurst) {
    SeededRandom(1).fill(memory_);
    for (std::size_t i = 0; i < kBurst; ++i) {
      std::uint8_t* at = memory_.data() + i * stride_;
      ops_.push_back({.key = &key,
                      .counter = i,
                      .aad = at,
                      .aad_size = kHeaderSize,
                      .size = size,
                      .data = at + kHeaderSize,
                      .tag = at + kHeaderSize + size,
                      .ok = false});
    }
  }
  std::span<AeadOp> ops() { return ops_; }

 private:
  std::size_t stride_;
  std::vector<std::uint8_t> memory_;
  std::vector<AeadOp> ops_;
};

AeadKey expanded_key(AeadEngine& engine, Suite suite) {
  SeededRandom random(2);
  Bytes<32> secret = random.draw<32>();
  AeadKey key;
  engine.expand(suite, Key32::take(secret), random.draw<kAeadNonceSize>(), key);
  return key;
}

void report(benchmark::State& state) {
  state.counters["packet"] = benchmark::Counter(
      kBurst, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBurst) * state.range(0));
}

void seal(benchmark::State& state, Suite suite) {
  AeadEngine engine = AeadEngine::create().value();
  const AeadKey key = expanded_key(engine, suite);
  Burst burst(key, static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    engine.seal(burst.ops());
    benchmark::ClobberMemory();
  }
  report(state);
}

/// Opening is in place, so from the second turn on the tags no longer fit. That costs the same: the
/// whole message is always worked on and the comparison takes constant time.
void open(benchmark::State& state, Suite suite) {
  AeadEngine engine = AeadEngine::create().value();
  const AeadKey key = expanded_key(engine, suite);
  Burst burst(key, static_cast<std::uint32_t>(state.range(0)));
  engine.seal(burst.ops());
  engine.open(burst.ops());
  for (const AeadOp& op : burst.ops()) {
    if (!op.ok) std::abort();
  }
  for (auto _ : state) {
    engine.open(burst.ops());
    benchmark::ClobberMemory();
  }
  report(state);
}

// IP packet sizes: a bare TCP acknowledgement, a middling one, the tunnel's MTU.
BENCHMARK_CAPTURE(seal, aes_256_gcm, Suite::aes_256_gcm)->Arg(64)->Arg(512)->Arg(1420);
BENCHMARK_CAPTURE(open, aes_256_gcm, Suite::aes_256_gcm)->Arg(64)->Arg(512)->Arg(1420);
BENCHMARK_CAPTURE(seal, chacha20_poly1305, Suite::chacha20_poly1305)->Arg(64)->Arg(512)->Arg(1420);
BENCHMARK_CAPTURE(open, chacha20_poly1305, Suite::chacha20_poly1305)->Arg(64)->Arg(512)->Arg(1420);

}  // namespace
}  // namespace jvpn

BENCHMARK_MAIN();
