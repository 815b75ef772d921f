// SPDX-License-Identifier: Apache-2.0
// What leads to sessions beside the pools: how long so many single addresses take to be known, and
// what a lookup costs, addresses in no order. Beside it the pools' array, which is asked first.
#include <benchmark/benchmark.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <random>

#include "base/ensure.h"
#include "dataplane/eal.h"
#include "dataplane/routes.h"
#include "session/shared/address_pool.h"

namespace jvpn::bench {
namespace {

constexpr std::uint32_t kFirstHost = 0x0b000000;

struct OneSlot {
  TableShape shape{.slots = 1, .readers = 1, .node = 1};
  std::unique_ptr<std::uint8_t, decltype(&std::free)> memory{
      static_cast<std::uint8_t*>(std::aligned_alloc(64, SessionTable::memory_size(shape))),
      &std::free};
  SessionTable table =
      std::move(*SessionTable::create({memory.get(), SessionTable::memory_size(shape)}, shape));
};

IpAddress nth_v6(std::uint32_t number) {
  Bytes<16> bytes{0x20, 0x01, 0x0d, 0xb8};
  store(bytes.data() + 2, BigEndian<std::uint32_t>(number));
  return IpAddress::v6(bytes);
}

enum class Kind { hosts, prefixes_v4, prefixes_v6 };

IpPrefix nth(Kind kind, std::uint32_t number) {
  if (kind == Kind::hosts) return {IpAddress::v4(kFirstHost + number), 32};
  if (kind == Kind::prefixes_v4) return {IpAddress::v4(kFirstHost + number * 256), 24};
  return {nth_v6(number), 48};
}

struct Filled {
  Filled(Kind kind, std::uint32_t count)
      : routes(Routes::create({kind == Kind::hosts ? count : 0, kind == Kind::hosts ? 0 : count},
                              one.table)
                   .value()) {
    std::vector<IpPrefix> all;
    for (std::uint32_t i = 0; i < count; ++i) all.push_back(nth(kind, i));
    ensure(routes->provision(all).has_value(), "EAL was started with the memory for it");
    for (std::uint32_t i = 0; i < count; ++i) routes->assign(all[i], i);
    for (const IpPrefix& route : all) asked.push_back(route.address);
    std::shuffle(asked.begin(), asked.end(), std::mt19937_64(1));
  }
  OneSlot one;
  std::unique_ptr<Routes> routes;
  std::vector<IpAddress> asked;
};

/// A table of so many single addresses, filled one after the other; an iteration is a whole
/// filling.
void insert_hosts(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    auto made = HostTable::create(count);
    ensure(made.has_value(), "EAL was started with the memory for it");
    state.ResumeTiming();
    for (std::uint32_t i = 0; i < count; ++i) made->set(IpAddress::v4(kFirstHost + i), i);
    benchmark::DoNotOptimize(made->find(IpAddress::v4(kFirstHost)));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// The same as a change of what is known: sorted, compared, checked against the limits.
void provision_hosts(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  std::vector<IpPrefix> all;
  for (std::uint32_t i = 0; i < count; ++i) all.push_back(nth(Kind::hosts, i));
  for (auto _ : state) {
    state.PauseTiming();
    OneSlot one;
    auto routes = Routes::create({count, 0}, one.table).value();
    state.ResumeTiming();
    ensure(routes->provision(all).has_value(), "they are within the limits");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// A session comes and goes: what one route of its costs control.
void assign_and_clear(benchmark::State& state, Kind kind) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  Filled filled(kind, count);
  std::uint32_t at = 0;
  for (auto _ : state) {
    const IpPrefix route = nth(kind, at);
    filled.routes->clear(route, at);
    filled.routes->assign(route, at);
    at = (at + 7919) % count;
  }
}

void find(benchmark::State& state, Kind kind) {
  Filled filled(kind, static_cast<std::uint32_t>(state.range(0)));
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(filled.routes->find(filled.asked[at]));
    if (++at == filled.asked.size()) at = 0;
  }
}

/// What uplink packets to anywhere else pay where there are routes.
void pass_by(benchmark::State& state) {
  Filled filled(Kind::hosts, static_cast<std::uint32_t>(state.range(0)));
  std::uint32_t address = 0xc0000201;
  for (auto _ : state) {
    benchmark::DoNotOptimize(filled.routes->may_know(address));
    address ^= 0x00000302;
  }
}

void find_in_pool(benchmark::State& state) {
  auto pool = std::move(*AddressPool::create(*parse_prefix("10.64.0.0/12")));
  std::vector<IpAddress> asked;
  for (std::uint32_t i = 0; i < state.range(0); ++i) {
    asked.push_back(IpAddress::v4(0x0a400000u + i));
    pool.assign(asked.back(), i);
  }
  std::shuffle(asked.begin(), asked.end(), std::mt19937_64(1));
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(pool.slot_of(asked[at]));
    if (++at == asked.size()) at = 0;
  }
}

void register_all(const std::vector<std::uint32_t>& counts) {
  const auto add = [](const std::string& name, auto run, std::uint32_t count) {
    return benchmark::RegisterBenchmark(name.c_str(), run)->Arg(count);
  };
  for (const std::uint32_t count : counts) {
    add("insert_hosts", insert_hosts, count)->Unit(benchmark::kMillisecond);
    add("provision_hosts", provision_hosts, count)->Unit(benchmark::kMillisecond);
    add("find_in_pool", find_in_pool, count);
    add("pass_by", pass_by, count);
    for (const auto& [name, kind] :
         {std::pair("hosts", Kind::hosts), std::pair("prefixes_v4", Kind::prefixes_v4),
          std::pair("prefixes_v6", Kind::prefixes_v6)}) {
      // As many sites as have single addresses are none's case.
      const std::uint32_t most = kind == Kind::hosts ? count : std::min(count, 50'000u);
      const auto of_kind = [kind = kind](auto run) {
        return [run, kind](benchmark::State& state) { run(state, kind); };
      };
      add("find_" + std::string(name), of_kind(find), most);
      add("assign_and_clear_" + std::string(name), of_kind(assign_and_clear), most);
    }
  }
}

}  // namespace
}  // namespace jvpn::bench

int main(int argc, char** argv) {
  std::vector<std::uint32_t> counts{1'000, 100'000, 1'000'000};
  unsigned memory_mb = 1024;
  benchmark::Initialize(&argc, argv);
  CLI::App app("How fast what leads to sessions beside the pools is filled and found.");
  app.add_option("--routes", counts, "so many of each kind")->delimiter(',');
  app.add_option("--memory-mb", memory_mb, "of EAL, without hugepages");
  CLI11_PARSE(app, argc, argv);
  jvpn::EalRequest request;
  request.memory_mb = memory_mb;
  request.hugepages = jvpn::Hugepages::off;
  auto eal = jvpn::Eal::start(request);
  jvpn::ensure(eal.has_value(), "EAL starts without privileges");
  jvpn::bench::register_all(counts);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
