// SPDX-License-Identifier: Apache-2.0
#include "dataplane/neighbours.h"

#include "base/ensure.h"

namespace jvpn {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

struct Key {
  std::uint64_t high;
  std::uint64_t low;
  std::uint16_t link;

  Key(std::uint8_t its_link, const IpAddress& address)
      : high(load<BigEndian<std::uint64_t>>(address.bytes.data()).value()),
        low(load<BigEndian<std::uint64_t>>(address.bytes.data() + 8).value()),
        link(static_cast<std::uint16_t>(its_link + 1)) {}

  /// No secret in it: whoever fills the table must own as many on-link addresses.
  std::size_t hash() const {
    std::uint64_t x = (high ^ (low << 1) ^ link) * 0x9e3779b97f4a7c15;
    return static_cast<std::size_t>((x ^ x >> 32) * 0xd6e8feb86659fd93 >> 40);
  }
};

/// The six bytes as they lie in memory, in the lower bits.
std::uint64_t pack(const EtherAddress& mac) {
  std::uint64_t out = 0;
  std::memcpy(&out, mac.data(), mac.size());
  return out;
}

EtherAddress unpack(std::uint64_t packed) {
  EtherAddress mac;
  std::memcpy(mac.data(), &packed, mac.size());
  return mac;
}

}  // namespace

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

bool Neighbours::mac_of(std::uint16_t index, EtherAddress& out) {
  if (index >= kSlots) return false;
  Entry& entry = entries_[index];
  // Stored only when it changes, so that workers do not fight over the line.
  if (!entry.used.load(kRelaxed)) entry.used.store(true, kRelaxed);
  const std::uint64_t packed = entry.mac.load(kRelaxed);  // partner: resolve(), unresolve()
  if ((packed & kResolved) == 0) return false;
  out = unpack(packed);
  return true;
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
