// SPDX-License-Identifier: Apache-2.0
// Who lives in a slot, as workers ask of every packet. Sixteen bytes in an array of their own: four
// slots share a cache line, so that of many sessions' packets fewer lines come from far than if
// each record began with this.
//
// Control is the only writer.
#pragma once

#include <atomic>

#include "session/core/tag.h"

namespace jvpn {

struct Snapshot;

/// What few sessions have: for them alone a worker looks into the record's extras.
enum class Trait : std::uint8_t { staged_keys = 1, metered_up = 2, metered_down = 4 };

class Traits {
 public:
  constexpr Traits() = default;
  constexpr explicit Traits(std::uint8_t bits) : bits_(bits) {}
  constexpr bool has(Trait trait) const { return (bits_ & static_cast<std::uint8_t>(trait)) != 0; }
  constexpr Traits with(Trait trait, bool has) const {
    const auto bit = static_cast<std::uint8_t>(trait);
    return Traits(static_cast<std::uint8_t>(has ? bits_ | bit : bits_ & ~bit));
  }
  constexpr std::uint8_t bits() const { return bits_; }

 private:
  std::uint8_t bits_ = 0;
};

/// Tag and traits, as one number. Traits tell where to look, and may be older or newer than what is
/// there.
class OccupantName {
 public:
  constexpr OccupantName() = default;
  constexpr explicit OccupantName(std::uint64_t value) : value_(value) {}
  constexpr OccupantName(Tag tag, Traits traits)
      : value_(std::uint64_t{traits.bits()} << kTraitsShift | tag.value()) {}
  constexpr Tag tag() const { return Tag(value_); }
  constexpr Traits traits() const {
    return Traits(static_cast<std::uint8_t>(value_ >> kTraitsShift));
  }
  constexpr std::uint64_t value() const { return value_; }

 private:
  static constexpr unsigned kTraitsShift = 56;
  static_assert(Tag::kMask == (std::uint64_t{1} << kTraitsShift) - 1);
  std::uint64_t value_ = 0;
};

class alignas(16) Occupant {
 public:
  /// The live snapshot; null: nobody. Asked before the name.
  const Snapshot* snapshot() const {
    // Acquire; partner: the release store in publish().
    return snapshot_.load(std::memory_order_acquire);
  }
  OccupantName name() const {
    // Relaxed: ordered behind the acquire above; partner: the stores before publish().
    return OccupantName(name_.load(std::memory_order_relaxed));
  }

  // ---- control ----
  Tag tag() const { return name().tag(); }
  /// Release: the snapshot and all that was written to the record before; partner: snapshot().
  void publish(const Snapshot* snapshot) { snapshot_.store(snapshot, std::memory_order_release); }
  /// Relaxed: null publishes nothing.
  void leave() { snapshot_.store(nullptr, std::memory_order_relaxed); }
  /// The traits stay. A worker that still sees the tag before finds a snapshot that the grace
  /// period protects, or none.
  void set_tag(Tag tag) { set_name({tag, name().traits()}); }
  void set(Trait trait, bool has) { set_name({tag(), name().traits().with(trait, has)}); }

 private:
  void set_name(OccupantName name) { name_.store(name.value(), std::memory_order_relaxed); }

  std::atomic<const Snapshot*> snapshot_{nullptr};
  std::atomic<std::uint64_t> name_{0};
};
static_assert(sizeof(Occupant) == 16);

}  // namespace jvpn
