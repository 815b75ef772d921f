// SPDX-License-Identifier: Apache-2.0
#include "dataplane/neighbours.h"

#include "base/ensure.h"

namespace jvpn {
namespace {

/// The six bytes as they lie in memory, in the lower bits.
std::uint64_t pack(const EtherAddress& mac) {
  std::uint64_t out = 0;
  std::memcpy(&out, mac.data(), mac.size());
  return out;
}

}  // namespace

/// No secret in it: whoever fills the table must own as many on-link addresses.
std::size_t Neighbours::Key::hash() const {
  std::uint64_t x = (high ^ (low << 1) ^ link) * 0x9e3779b97f4a7c15;
  return static_cast<std::size_t>((x ^ x >> 32) * 0xd6e8feb86659fd93 >> 40);
}

std::uint16_t Neighbours::find(std::uint8_t link, const IpAddress& address) const {
  const Key key(link, address);
  for (std::size_t probe = 0; probe < kProbes; ++probe) {
    const std::size_t at = (key.hash() + probe) % kSlots;
    const Entry& entry = entries_[at];
    // Acquire: the key was written before; partner: release in reserve().
    if (entry.link.load(std::memory_order_acquire) != key.link) continue;
    if (entry.low.load(kRelaxed) == key.low && entry.high.load(kRelaxed) == key.high) {
      return static_cast<std::uint16_t>(at);
    }
  }
  return kNone;
}

std::uint16_t Neighbours::reserve(std::uint8_t link, const IpAddress& address) {
  if (const std::uint16_t known = find(link, address); known != kNone) return known;
  const Key key(link, address);
  for (std::size_t probe = 0; probe < kProbes; ++probe) {
    const std::size_t at = (key.hash() + probe) % kSlots;
    Entry& entry = entries_[at];
    if (entry.link.load(kRelaxed) != 0) continue;
    entry.high.store(key.high, kRelaxed);
    entry.low.store(key.low, kRelaxed);
    entry.mac.store(0, kRelaxed);
    entry.used.store(true, kRelaxed);
    entry.link.store(key.link, std::memory_order_release);  // partner: acquire in find()
    return static_cast<std::uint16_t>(at);
  }
  return kNone;
}

void Neighbours::resolve(std::uint16_t index, const EtherAddress& mac) {
  ensure(index < kSlots, "control resolves entries that it reserved");
  entries_[index].mac.store(pack(mac) | kResolved, kRelaxed);  // partner: mac_of()
}

void Neighbours::unresolve(std::uint16_t index) {
  ensure(index < kSlots, "control unresolves entries that it reserved");
  entries_[index].mac.store(0, kRelaxed);  // partner: mac_of()
}

void Neighbours::remove(std::uint16_t index) {
  unresolve(index);
  entries_[index].link.store(0, kRelaxed);  // partner: find()
}

bool Neighbours::take_used(std::uint16_t index) {
  ensure(index < kSlots, "control asks about entries that it reserved");
  const bool used = entries_[index].used.load(kRelaxed);
  if (used) entries_[index].used.store(false, kRelaxed);
  return used;
}

bool Neighbours::is_resolved(std::uint16_t index) const {
  return index < kSlots && (entries_[index].mac.load(kRelaxed) & kResolved) != 0;
}

}  // namespace jvpn
