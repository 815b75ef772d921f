// SPDX-License-Identifier: Apache-2.0
// Control's side of the routes: what is known, and which session it leads to.
#include <algorithm>
#include <iterator>

#include "base/ensure.h"
#include "dataplane/routes.h"

namespace jvpn {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

bool is_host(const IpPrefix& route) {
  return route.mapped_length() == 128;
}

std::vector<IpPrefix> without(const std::vector<IpPrefix>& all, const std::vector<IpPrefix>& some) {
  std::vector<IpPrefix> out;
  std::ranges::set_difference(all, some, std::back_inserter(out));
  return out;
}

std::size_t hosts_among(const std::vector<IpPrefix>& routes) {
  return static_cast<std::size_t>(std::ranges::count_if(routes, is_host));
}

using Hints = std::array<std::uint64_t, 1024>;

/// Adds a bit for every /16 that an IPv4 route lies in or covers.
void hint_at(const IpPrefix& route, Hints& hints) {
  if (!route.address.is_v4()) return;
  const auto first = load<BigEndian<std::uint32_t>>(&route.address.bytes[12]).value() >> 16;
  const std::uint32_t count = route.length >= 16 ? 1 : 1u << (16 - route.length);
  for (std::uint32_t i = first; i < first + count; ++i) hints[i / 64] |= std::uint64_t{1} << i % 64;
}

Result<void> too_many(const char* what, std::size_t wanted, std::size_t allowed, const char* key) {
  return fail(std::to_string(wanted) + " " + what + ", and " + std::string(key) + " = " +
              std::to_string(allowed));
}

std::vector<PrefixTable::Entry> entries_of(const std::map<IpPrefix, std::uint32_t>& numbers) {
  std::vector<PrefixTable::Entry> entries;
  for (const auto& [prefix, number] : numbers) entries.push_back({prefix, number});
  return entries;
}

}  // namespace

/// From what is known to what shall be; all sorted.
struct Routes::Change {
  std::vector<IpPrefix> known;
  std::vector<IpPrefix> added;
  std::vector<IpPrefix> gone;
};

Result<std::unique_ptr<Routes>> Routes::create(const RouteLimits& limits, SessionTable& table) {
  ensure(limits.prefixes <= PrefixTable::kMaxNumber, "each prefix has a number");
  auto hosts = HostTable::create(limits.hosts);
  if (!hosts) return fail(hosts.error().what);
  return std::unique_ptr<Routes>(new Routes(limits, table, std::move(*hosts)));
}

Routes::Routes(const RouteLimits& limits, SessionTable& table, HostTable hosts)
    : limits_(limits),
      table_(table),
      hosts_(std::move(hosts)),
      slots_(std::make_unique<std::atomic<std::uint32_t>[]>(std::size_t{limits.prefixes} + 1)) {
  for (std::uint32_t number = limits.prefixes; number > PrefixTable::kNone; --number) {
    slots_[number].store(RouteTo::kNoSession, kRelaxed);
    free_numbers_.push_back(number);
  }
}

Result<void> Routes::provision(std::vector<IpPrefix> routes) {
  reclaim();
  Change change = difference(std::move(routes));
  if (auto room = check_room(change); !room) return room;
  Numbers numbers = numbered(change);
  std::unique_ptr<PrefixTable> next;
  if (numbers != numbers_) {
    auto built = PrefixTable::build(entries_of(numbers));
    if (!built) return fail(built.error().what);
    next = std::move(*built);
  }
  carry_out(std::move(change), std::move(numbers), std::move(next));
  return {};
}

Routes::Change Routes::difference(std::vector<IpPrefix> routes) const {
  Change change;
  change.known = std::move(routes);
  std::ranges::sort(change.known);
  change.known.erase(std::unique(change.known.begin(), change.known.end()), change.known.end());
  change.added = without(change.known, known_);
  change.gone = without(known_, change.known);
  return change;
}

/// What goes makes no room before its grace period is over.
Result<void> Routes::check_room(const Change& change) const {
  const std::size_t new_hosts = hosts_among(change.added);
  const std::size_t hosts = hosts_among(known_) + hosts_retired_ + new_hosts;
  if (hosts > limits_.hosts) {
    return too_many("single addresses outside of the pools", hosts, limits_.hosts,
                    "dataplane.max_hosts");
  }
  const std::size_t new_prefixes = change.added.size() - new_hosts;
  if (new_prefixes > free_numbers_.size()) {
    const std::size_t prefixes = limits_.prefixes - free_numbers_.size() + new_prefixes;
    return too_many("prefixes behind clients", prefixes, limits_.prefixes,
                    "dataplane.max_prefixes");
  }
  return {};
}

/// Those that were known keep theirs; the new ones get the last of the free.
Routes::Numbers Routes::numbered(const Change& change) const {
  Numbers numbers = numbers_;
  for (const IpPrefix& route : change.gone) numbers.erase(route);
  auto free = free_numbers_.rbegin();
  for (const IpPrefix& route : change.added) {
    if (!is_host(route)) numbers.emplace(route, *free++);
  }
  return numbers;
}

/// Nothing here can fail. A worker finds each route that stays throughout, in one table or the
/// other.
void Routes::carry_out(Change change, Numbers numbers, std::unique_ptr<PrefixTable> next) {
  Hints hints{};
  for (const IpPrefix& route : change.known) hint_at(route, hints);
  const Hints fresh = hints;
  for (const IpPrefix& route : known_) hint_at(route, hints);
  show(hints);
  for (const IpPrefix& route : change.added) {
    if (is_host(route)) {
      hosts_.set(route.address, RouteTo::kNoSession);
    } else {
      free_numbers_.pop_back();
    }
  }
  Retired retired;
  if (next != nullptr) {
    // Release: the whole table; partner: the acquire in find().
    prefixes_.store(next.get(), std::memory_order_release);
    retired.prefixes = std::exchange(current_, std::move(next));
  }
  for (const IpPrefix& route : change.gone) {
    if (is_host(route)) {
      retired.hosts.push_back(hosts_.remove(route.address));
    } else {
      retired.numbers.push_back(numbers_.at(route));
      slots_[retired.numbers.back()].store(RouteTo::kNoSession, kRelaxed);
    }
  }
  show(fresh);
  known_ = std::move(change.known);
  numbers_ = std::move(numbers);
  retire(std::move(retired));
}

void Routes::retire(Retired retired) {
  if (retired.hosts.empty() && retired.numbers.empty() && retired.prefixes == nullptr) return;
  hosts_retired_ += retired.hosts.size();
  retired.grace = table_.begin_grace();
  retired_.push_back(std::move(retired));
}

std::size_t Routes::reclaim() {
  while (!retired_.empty() && table_.is_over(retired_.front().grace)) {
    const Retired& over = retired_.front();
    for (const HostTable::Place place : over.hosts) hosts_.reuse(place);
    hosts_retired_ -= over.hosts.size();
    free_numbers_.insert(free_numbers_.end(), over.numbers.begin(), over.numbers.end());
    retired_.pop_front();
  }
  return retired_.size();
}

void Routes::show(const Hints& hints) {
  // Relaxed: a bit alone carries nothing; partner: may_know().
  for (std::size_t i = 0; i < hints.size(); ++i) hints_[i].store(hints[i], kRelaxed);
}

void Routes::assign(const IpPrefix& route, std::uint32_t slot) {
  ensure(slot != RouteTo::kNoSession, "no slot has the number that means none");
  if (is_host(route)) {
    ensure(hosts_.find(route.address).has_value(), "only what was provisioned leads anywhere");
    return hosts_.set(route.address, slot);
  }
  // Relaxed: the number alone carries nothing; what it leads to is published and acquired through
  // the record's snapshot (SessionTable::find). Partner: find().
  slots_[numbers_.at(route)].store(slot, kRelaxed);
}

void Routes::clear(const IpPrefix& route, std::uint32_t slot) {
  if (is_host(route)) {
    if (hosts_.find(route.address) == slot) hosts_.set(route.address, RouteTo::kNoSession);
    return;
  }
  std::atomic<std::uint32_t>& own = slots_[numbers_.at(route)];
  // Relaxed, as in assign().
  if (own.load(kRelaxed) == slot) own.store(RouteTo::kNoSession, kRelaxed);
}

}  // namespace jvpn
